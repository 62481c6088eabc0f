#pragma once

namespace bench {

/// Listens on a port of this machine, any that is free, and prints it. Ends the program if it
/// can't.
int listenAndPrintPort();

}  // namespace bench
