// Shows notifications and opens what they are about. It keeps no page and answers no request of a page.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const message = read(event.data);
  event.waitUntil(self.registration.showNotification(message.title, {
    body: message.line,
    lang: message.language,
    tag: `message-${message.id}`, // a second copy takes the place of the first
    icon: "{% static "img/mark-192.png" %}",
    data: { link: message.link },
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const link = new URL(event.notification.data.link, self.location.origin);
  if (link.origin === self.location.origin) event.waitUntil(self.clients.openWindow(link.href));
});

function read(data) {
  try {
    return data.json();
  } catch {
    return { id: 0, title: "Dân vận khéo", line: "", language: "vi", link: "/notifications/" };
  }
}
