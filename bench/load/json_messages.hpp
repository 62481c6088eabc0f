#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace bench {

/// `count` messages of about `bytes` each, as services send them to pages: names that repeat,
/// numbers and identifiers that do not. The same on every machine.
std::vector<std::string> jsonMessages(std::size_t count, std::size_t bytes);

}  // namespace bench
