#include "fuzz/connection_driver.hpp"
#include "fuzz/connection_script.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/splitter.hpp"
#include "fuzz/target.hpp"

#include <string>

// Oracles: one life of a connection, as either role, lived with whole reads, with pieces, with
// direct reads and with large messages in parts; and at every step what ConnectionDriver holds it
// to.

namespace parley::fuzz {

void connection(Bytes data) {
  Input input(data);
  const Splitter splitter(input);
  const ConnectionScript script = scriptFrom(input);
  const std::string whole = ConnectionDriver(script, Reading::Buffered, Splitter()).run();
  require(ConnectionDriver(script, Reading::Buffered, splitter).run() == whole,
          "pieces give what the whole gives");
  require(ConnectionDriver(script, Reading::Direct, splitter).run() == whole,
          "direct reads give what the whole gives");
  require(ConnectionDriver(script, Reading::InParts, splitter).run() == whole,
          "messages in parts are those that come whole");
}

}  // namespace parley::fuzz
