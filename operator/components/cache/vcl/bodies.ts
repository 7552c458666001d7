/** Kinds of bodies by their Content-Type, as patterns of VCL: which may be stored although nobody says how long they are. */

/** Bodies that are events or records one after the other: what one visitor has seen of them is nobody else's, with a length too. */
export const endless =
  '(?i)^(?:text/event-stream|multipart/|application/(?:grpc|(?:[a-z0-9.-]+[+])?(?:json-seq|jsonl)|' +
  '(?:x-)?(?:ndjson|jsonlines|ldjson)|x-json-stream|stream[+]json|(?:[a-z0-9.-]+[+])?ndjson))';
/** What a site is made of. Frameworks write it as it becomes ready, and so without its length; it has an end all the same. */
export const page =
  '(?i)^(?:text/(?:calendar|css|csv|html|javascript|markdown|vcard|vtt|xml)|image/svg[+]xml|' +
  'application/(?:(?:x-)?javascript|(?:[a-z0-9.-]+[+])?(?:json|xml)))\\s*(?:;|$)';
/** A page, or a log that somebody follows: only the application can tell, by saying how long it is good for. */
export const text = '(?i)^text/plain\\s*(?:;|$)';
