#pragma once

#include "options.hpp"

namespace bench {

/// Loads that are the server of a client under test. Each prints its port, reads the client's
/// process id from standard input unless the options have it, measures, and prints what it found.

/// Messages as fast as the wire takes them. The client says how many have come when it gets "?".
void feed(const LoadOptions& options);
/// Takes what the client sends.
void sink(const LoadOptions& options);
/// Echoes, and keeps the time of each round trip.
void pong(const LoadOptions& options);
/// Upgrades, echoes one message and closes, as often as the client comes.
void churnServer(const LoadOptions& options);

}  // namespace bench
