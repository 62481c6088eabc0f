// Where an implementation differs from the standard's text, why, and which section says so. What is not in here fails the test.
//
// `ofRuntime` marks differences that Node's own EventTarget has, which our sockets are by decision: another version of Node may not
// have them. With `isHere`, whether this version has them was found out: if not, they excuse nothing. `byTiming` marks differences
// that hang on how what was sent is cut on its way: not every run has them, and the page shows no traces of them.

const keepsCurrentTarget = (() => {
  const event = new Event('x');
  new EventTarget().dispatchEvent(event);
  return event.currentTarget !== null;
})();

const LOST = ['cut after a message', 'cut while sending', 'TCP ends after nothing', 'TCP ends after message',
  'TCP ends after half a header', 'TCP ends after half a frame', 'TCP ends after half a message', 'TCP ends without an answer',
  'what a server does not read is counted', 'cut at once', 'behind the answer: the end of TCP',
  'behind the answer: a message and the end of TCP'];

const wireCodes = (...codes) => codes.map((code) => `the server closes with ${code}, which must not be sent`);

export const notes = [
  {
    title: 'No error event when the connection is lost',
    who: ['Chromium', 'Firefox'],
    section: 'RFC 6455 section 7.2.1; WebSockets section 4, when the connection is closed',
    why: 'A client whose transport is unexpectedly lost must fail the connection, and a connection that was failed fires `error` before '
      + '`close`. Both browsers leave `error` out when TCP ends without a Close frame. A program that looks at `close` alone sees '
      + 'the same; one that waits for `error` to learn of a loss is served by the text.',
    scenarios: LOST,
  },
  {
    title: 'No error event when the connection is reset',
    who: ['Chromium'],
    section: 'RFC 6455 section 7.2.1; WebSockets section 4, when the connection is closed',
    why: 'As above, for a reset; here Firefox fires it.',
    scenarios: ['TCP is reset after nothing', 'TCP is reset after message', 'TCP is reset without an answer'],
  },
  {
    title: 'Close codes that no one may send are taken as they are',
    who: ['Chromium', 'Firefox'],
    section: 'RFC 6455 sections 7.4.1 and 7.4.2',
    why: 'Codes below 1000 are not used, 1004 is reserved, 1016 to 2999 are reserved for the protocol and undefined, and from 5000 on '
      + 'there are none. A Close frame with one of them breaks the protocol, and who sees that fails the connection (1002). Both '
      + 'browsers report them as if they were good, and clean. A program that trusts `wasClean` and `code` is safer with the text.',
    scenarios: wireCodes(0, 1, 999, 1004, 1016, 1100, 2000, 2999, 5000, 65535),
  },
  {
    title: 'Close codes that must not stand in a frame are taken as they are',
    who: ['Firefox'],
    section: 'RFC 6455 section 7.4.1',
    why: '1005, 1006 and 1015 must not be set as a status code in a Close frame. Firefox reports them, as clean.',
    scenarios: [...wireCodes(1005, 1006, 1015), 'an answer with a code that must not be sent'],
  },
  {
    title: 'A Close frame of one byte is taken as empty',
    who: ['Firefox'],
    section: 'RFC 6455 section 5.5.1',
    why: 'A body, where there is one, begins with a code of two bytes.',
    scenarios: ['the server closes with a body of one byte'],
  },
  {
    title: 'No open event, and no messages, when the end follows at once',
    who: ['Firefox'],
    byTiming: true,
    section: 'WebSockets section 4, when the connection is established',
    why: 'Each step is a task of its own, in the order of the wire: `open`, then messages, then the end. Where the end or a broken frame '
      + 'comes in one packet with the answer, Firefox fires neither `open` nor `message`. What it has read by then decides, so that the '
      + 'same bytes may lead to one trace or the other.',
    scenarios: ['cut at once', 'behind the answer: the end of TCP', 'behind the answer: a message and the end of TCP',
      'behind the answer: a Close frame that is illegal', 'behind the answer: text that is not UTF-8',
      'behind the answer: a reserved bit', 'behind the answer: a message and text that is not UTF-8'],
  },
  {
    title: 'Data behind the Close frame is an error',
    who: ['Chromium'],
    section: 'RFC 6455 sections 1.4 and 5.5.1',
    why: 'When both ends have sent a Close frame, the connection is closed, and whatever else arrives is thrown away.',
    scenarios: ['a message behind the Close frame', 'two answers: the first counts'],
  },
  {
    title: 'TCP is ended by the client',
    who: ['Firefox'],
    section: 'RFC 6455 section 7.1.1; WebSockets section 4, closing handshake started',
    why: 'A client should wait for the server to end TCP, and until then be CLOSING. Firefox ends it itself as soon as it has the '
      + 'server\'s Close frame.',
    scenarios: ['the close event waits for the end of TCP', 'CLOSING while TCP lasts after the server\'s Close frame'],
  },
  {
    title: 'Codes are cut instead of rounded',
    who: ['Chromium'],
    section: 'Web IDL section 3.3.3, [Clamp]',
    why: 'A fraction is rounded to the nearest integer, and a half to the even one: 999.5 is 1000, and 4999.5 is 5000.',
    scenarios: ['codes are clamped and rounded', 'close(3001.5) rounds to the even code'],
  },
  {
    title: 'undefined for a code beside a reason',
    who: ['Chromium'],
    section: 'Web IDL section 3.7, overload resolution; WebSockets section 3.1, close()',
    why: 'undefined for an optional argument means that it is not given, also where another follows. Chromium takes it for a code, and '
      + 'refuses it.',
    scenarios: ['close(undefined, "")', 'reasons that are refused, in every state'],
  },
  {
    title: 'A space in the host',
    who: ['Chromium'],
    section: 'URL section 3.5, forbidden domain code points',
    why: 'A space must not stand in a host, so that the URL does not parse.',
    scenarios: ['a space in the host'],
  },
  {
    title: 'An empty URL',
    who: ['Firefox'],
    section: 'WebSockets section 3.1, constructor; URL section 4.4',
    why: 'An empty string, parsed against the page\'s address, is that address.',
    scenarios: ['an empty string'],
  },
  {
    title: 'Sub-protocols that are the same but for their case',
    who: ['Chromium', 'Firefox'],
    section: 'WebSockets section 3.1, constructor; web-platform-tests, Create-protocols-repeated-case-insensitive',
    why: 'No value may occur twice. The text does not say how they are compared; its test suite does: without regard to case. Servers '
      + 'exist that compare so, and such a list is no use to anybody.',
    scenarios: ['protocols: repeated in another case'],
  },
  {
    title: 'Unpaired surrogates in the reason of a user-made CloseEvent',
    who: ['Chromium', 'Firefox'],
    section: 'WebSockets section 6, CloseEventInit',
    why: '`reason` is a USVString: they are replaced by U+FFFD.',
    scenarios: ['CloseEvent: conversions'],
  },
  {
    title: 'No sub-protocol selected where some were offered',
    who: ['Firefox'],
    section: 'WebSockets section 2, establish a WebSocket connection',
    why: 'A client that has offered sub-protocols fails the connection when the server selects none.',
    scenarios: ['the server selects none of the sub-protocols', 'answer: protocol-missing'],
  },
  {
    title: 'A sub-protocol that nobody asked for',
    who: ['Firefox'],
    section: 'RFC 6455 section 4.1, item 6 of the checks of the answer',
    why: 'The answer names a sub-protocol that was not in the request: fail.',
    scenarios: ['answer: protocol-unasked'],
  },
  {
    title: 'Upgrade with more than one value',
    who: ['Firefox'],
    section: 'RFC 6455 section 4.1, item 2 of the checks of the answer',
    why: 'The value of Upgrade is "websocket", in any case, and nothing else.',
    scenarios: ['answer: upgrade-list'],
  },
  {
    title: 'An empty list of extensions',
    who: ['Firefox'],
    section: 'RFC 6455 section 9.1',
    why: 'The list has at least one element, and what does not follow the grammar fails the connection.',
    scenarios: ['answer: extension-empty'],
  },
  {
    title: 'An informational answer before the 101',
    who: ['Chromium'],
    section: 'RFC 9110 section 15.2; Fetch section 4.7, HTTP-network fetch',
    why: 'A client must be able to read informational answers before the final one, and ignores those that it does not want.',
    scenarios: ['answer: informational-first'],
  },
  {
    title: 'A failed TLS handshake has the code 1015',
    who: ['Firefox'],
    section: 'WebSockets section 4, when the connection is closed; RFC 6455 section 7.1.5',
    why: 'Without a Close frame the code is 1006, whatever went wrong: a page must not learn why. (WebSockets section 4 says so for TLS by name.)',
    scenarios: ['TLS to a server without'],
  },
  {
    title: 'Masked frames of a server are taken',
    who: ['Firefox'],
    section: 'RFC 6455 section 5.1',
    why: 'A client must close the connection when it sees a masked frame.',
    scenarios: ['frames: masked'],
  },
  {
    title: 'Capturing listeners are not called first at the target',
    who: ['Chromium', 'Parley'],
    ofRuntime: true,
    section: 'DOM section 2.9, dispatch',
    why: 'Since 2019 listeners that capture come first also at the target. Parley\'s sockets in Node are Node\'s EventTarget, which calls '
      + 'all in the order of adding; so does Chromium where the target is no node of a tree.',
    scenarios: ['capture makes it another listener, and comes first'],
  },
  {
    title: 'What Node\'s EventTarget does in its own way',
    who: ['Parley'],
    ofRuntime: true,
    section: 'DOM sections 2.7 and 2.9; Web IDL section 3.11, clean up after running script',
    why: 'Parley\'s sockets in Node are Node\'s own EventTarget, so that they are of one kind with all other targets of the program. '
      + 'That calls all listeners in one go (microtasks run behind the last one instead of behind each), ends the dispatch before the '
      + 'last listener that is called once, takes no boolean in removeEventListener(), does not hold passive listeners to their '
      + 'word, and dispatches events again without a look at their flags.',
    scenarios: ['microtasks run between two listeners', 'removing needs the same capture', 'composedPath() and the phase',
      'a passive listener cannot cancel', 'an event that is being dispatched', 'a trusted event dispatched again is trusted no more'],
  },
  {
    title: 'An event keeps its currentTarget after its dispatch',
    who: ['Parley'],
    ofRuntime: true,
    isHere: keepsCurrentTarget,
    section: 'DOM section 2.9, dispatch',
    why: 'Its currentTarget is null once the dispatch is over. Node 18 leaves it; later versions do not.',
    scenarios: ['the attributes of a message event after its dispatch'],
  },
];
