#pragma once

#include "case_builder.hpp"
#include "result.hpp"
#include "socket.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace parley::tool::check {

struct ClientSettings {
  Address address = {};
  Surroundings around = {};
  /// Small cases that are under way at a time.
  std::size_t parallel = 8;
};

/// The first address where somebody listens; a text if there is none.
[[nodiscard]] std::variant<Address, std::string> firstListening(
    const std::vector<Address>& addresses, Milliseconds patience);

/// Plays all cases against a server.
[[nodiscard]] std::vector<std::optional<Result>> runAgainstServer(const Cases& cases,
                                                                  const ClientSettings& settings,
                                                                  const OnResult& onResult);

}  // namespace parley::tool::check
