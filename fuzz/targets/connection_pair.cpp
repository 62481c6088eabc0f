#include "fuzz/conversation.hpp"
#include "fuzz/input.hpp"
#include "fuzz/target.hpp"

// Oracle: a client and a server agree on what was said, whatever the network between them does.

namespace parley::fuzz {

void connectionPair(Bytes data) {
  Input input(data);
  Conversation conversation(input);
  conversation.run();
  conversation.check();
}

}  // namespace parley::fuzz
