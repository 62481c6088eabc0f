// The files of scenarios, in the order of docs/parity.md, with their titles there. Imports nothing, as the page reads it, too.

export const groups = [
  ['constructor', 'Constructor'],
  ['interface', 'Interface'],
  ['opening', 'Opening handshake'],
  ['sending', 'Sending and bufferedAmount'],
  ['messages', 'Receiving'],
  ['closing', 'Closing'],
  ['order', 'Tasks and states'],
  ['listeners', 'Listeners and handlers'],
];
