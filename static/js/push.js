// Notifications in this browser, on the page of one's choices. The server learns it from an ordinary form.
(() => {
  const panel = document.querySelector("[data-push]");
  if (!panel) return;
  const form = panel.querySelector("[data-push-add]");
  const button = form.querySelector("button");

  function say(state) {
    panel.querySelectorAll("[data-push-say]").forEach((line) => { line.hidden = line.dataset.pushSay !== state; });
    form.hidden = !["off", "failed"].includes(state);
  }

  function bytes(text) {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
  }

  const same = (one, other) => one && one.byteLength === other.byteLength
    && new Uint8Array(one).every((value, index) => value === other[index]);

  async function subscription() {
    const registration = await navigator.serviceWorker.getRegistration("/");
    return registration ? registration.pushManager.getSubscription() : null;
  }

  async function subscribe() {
    await navigator.serviceWorker.register("/sw.js", { scope: "/" });
    const registration = await navigator.serviceWorker.ready;
    const key = bytes(panel.dataset.push);
    let found = await registration.pushManager.getSubscription();
    if (found && !same(found.options.applicationServerKey, key)) {
      await found.unsubscribe(); // of a portal that had another key
      found = null;
    }
    return found || registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  }

  async function turnOn(event) {
    event.preventDefault();
    button.disabled = true;
    try {
      if (await Notification.requestPermission() === "denied") return say("denied");
      const { endpoint, keys } = (await subscribe()).toJSON();
      for (const [name, value] of Object.entries({ endpoint, p256dh: keys.p256dh, auth: keys.auth })) form.elements[name].value = value;
      form.submit();
    } catch {
      say("failed");
    } finally {
      button.disabled = false;
    }
  }

  async function turnOff(event) {
    const own = event.target;
    event.preventDefault();
    try {
      const found = await subscription();
      if (found && found.endpoint === own.dataset.endpoint) await found.unsubscribe();
    } finally {
      own.submit();
    }
  }

  async function start() {
    if (!window.isSecureContext) return say("insecure");
    if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) {
      return say(navigator.standalone === false ? "iphone" : "unsupported"); // only iPhones and iPads know this name
    }
    form.addEventListener("submit", turnOn);
    const removals = [...panel.querySelectorAll("[data-endpoint]")];
    removals.forEach((removal) => removal.addEventListener("submit", turnOff));
    const found = await subscription();
    const here = found && removals.find((removal) => removal.dataset.endpoint === found.endpoint);
    if (here) here.closest("li").querySelector("[data-push-here]").hidden = false;
    say(Notification.permission === "denied" ? "denied" : here ? "on" : "off");
  }

  start().catch(() => say("failed"));
})();
