-- Text without what differs between keyboards, Word, web pages and chat programs: ligatures, full-width digits and
-- superscripts are what they stand for, look-alikes are đ, signs and blanks one blank, letters small, marks apart (NFKD).
-- What consists of signs alone stays as it is.
create or replace function vi_plain(text) returns text language sql immutable strict parallel safe as $$
 select coalesce(nullif(btrim(regexp_replace(d,
   U&'[\0001- !-/:-@\005B-`{-\00BF\00D7\00F7\2000-\206F\2190-\27BF\2E00-\2E7F\3000-\303F\E000-\F8FF]+', ' ', 'g')), ''), btrim(d))
 from (select lower(translate(normalize(regexp_replace($1,
   U&'[\00AD\180E\200B-\200F\202A-\202E\2060-\206F\FE00-\FE0F\FEFF]', '', 'g'), NFKD), 'ĐÐƉðɖ', 'đđđđđ')) d) x $$;
-- As vi_plain, with the tone after the vowels it belongs to: 'hòa' and 'hoà' are one. For "the marks as typed come first".
create or replace function vi_marked(text) returns text language sql immutable strict parallel safe as $$
 select regexp_replace(public.vi_plain($1),
   U&'([\0300\0309\0303\0301\0323])([aeiouy\0302\0306\031B]+)', '\2\1', 'g') $$;
-- Text for search: vi_plain without marks. What is stored and what is asked both go through it, and through nothing else.
create or replace function vi_fold(text) returns text language sql immutable strict parallel safe as $$
 select lower(public.unaccent('public.unaccent'::regdictionary,
   translate(regexp_replace(public.vi_plain($1), U&'[\0300-\036F]', '', 'g'), 'đ', 'd'))) $$;
-- Vietnamese dictionary order: letters, then tones, then where the tone is written. In hexadecimal digits, which every
-- collation of a database puts in the same order. Numbers in their own order, padded to eight digits.
create or replace function vi_key(text) returns text language sql immutable strict parallel safe as $$
 select encode(convert_to(
   translate(normalize(translate(d, U&'\0300\0309\0303\0301\0323', ''), NFC),
     'aăâbcdđeêfghijklmnoôơpqrstuưvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`a')
   || chr(1) || translate(regexp_replace(public.vi_marked(d), only_tones, '', 'g'), tones, '12345' || repeat('0', 27))
   || chr(1) || translate(regexp_replace(d, only_tones, '', 'g'), tones, '12345' || repeat('9', 27)), 'UTF8'), 'hex')
 from (select regexp_replace(regexp_replace(public.vi_plain($1), '([0-9]+)', '0000000\1', 'g'), '[0-9]*([0-9]{8})', '\1', 'g') d,
   U&'[^\0300\0309\0303\0301\0323 a-z]' only_tones,
   U&'\0300\0309\0303\0301\0323 abcdefghijklmnopqrstuvwxyz' tones) x $$;
-- People: by given name, whichever way its tone is written, then by the whole name.
create or replace function vi_name_key(text) returns text language sql immutable strict parallel safe as $$
 select public.vi_key(public.vi_marked(regexp_replace(public.vi_plain($1), '^.* ', ''))) || '00' || public.vi_key($1) $$;
