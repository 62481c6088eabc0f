#include "catalogue.hpp"

#include "cases/families.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fnmatch.h>

namespace parley::tool::check {

namespace {

bool matches(const std::string& pattern, const std::string& id) {
  return ::fnmatch(pattern.c_str(), id.c_str(), 0) == 0 || id.starts_with(pattern + ".");
}

bool matchesAny(const std::vector<std::string>& patterns, const std::string& id) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return matches(pattern, id); });
}

}  // namespace

Cases catalogue(Role role) {
  Cases all;
  const auto add = [&all](Cases family) {
    all.insert(all.end(), std::make_move_iterator(family.begin()),
               std::make_move_iterator(family.end()));
  };
  add(role == Role::Client ? requestCases() : answerCases());
  add(framingCases());
  add(maskingCases(role));
  add(lengthCases());
  add(controlCases());
  add(reservedBitCases());
  add(reservedOpcodeCases());
  add(fragmentationCases());
  add(utf8Cases());
  add(closingCases(role));
  add(limitCases());
  add(deflateOfferCases(role));
  add(deflateMessageCases());
  add(deflateFrameCases());
  add(performanceCases());
  return all;
}

Cases select(Cases cases, const Selection& selection) {
  std::erase_if(cases, [&](const Case& one) {
    return (!selection.wanted.empty() && !matchesAny(selection.wanted, one.id)) ||
           matchesAny(selection.skipped, one.id);
  });
  return cases;
}

}  // namespace parley::tool::check
