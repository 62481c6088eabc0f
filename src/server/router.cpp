#include "server/router.hpp"

#include "bytes/ascii.hpp"
#include "bytes/utf8.hpp"
#include "url/percent_encoding.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace parley::server {

struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> parameter;
  std::optional<std::size_t> end;    // a pattern ends here
  std::optional<std::size_t> below;  // a pattern goes on with "*"
};

struct Router::Trial {
  std::size_t route = 0;
  std::vector<std::string> values;
  std::string_view rest;
};

namespace {

struct Split {
  std::string_view segment;
  std::optional<std::string_view> below;  // behind the next slash
};

Split splitSegment(std::string_view rest) noexcept {
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return {rest, std::nullopt};
  return {rest.substr(0, slash), rest.substr(slash + 1)};
}

bool isPatternText(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7F && c != '?' && c != '#';
  });
}

bool isParameterName(std::string_view name) noexcept {
  return !name.empty() && std::all_of(name.begin(), name.end(),
                                      [](char c) { return bytes::isAlphanumeric(c) || c == '_'; });
}

std::optional<PatternError> checkSegment(const Split& split, std::vector<std::string>& names) {
  if (split.segment.find('*') != std::string_view::npos) {
    if (split.segment != "*" || split.below) return PatternError::StarNotLast;
    return std::nullopt;
  }
  if (split.segment.empty() || split.segment.front() != ':') return std::nullopt;
  const std::string_view name = split.segment.substr(1);
  if (!isParameterName(name)) return PatternError::InvalidName;
  if (std::find(names.begin(), names.end(), name) != names.end()) return PatternError::RepeatedName;
  names.emplace_back(name);
  return std::nullopt;
}

/// The names of its parameters, or what is wrong with it.
Result<std::vector<std::string>, PatternError> checkPattern(std::string_view pattern) {
  if (pattern.empty() || pattern.front() != '/') return PatternError::NotAbsolute;
  if (!isPatternText(pattern) || !bytes::isValidUtf8(std::as_bytes(std::span(pattern)))) {
    return PatternError::InvalidCharacter;
  }
  std::vector<std::string> names;
  std::optional<std::string_view> rest = pattern.substr(1);
  while (rest) {
    const Split split = splitSegment(*rest);
    if (const auto error = checkSegment(split, names)) return *error;
    rest = split.below;
  }
  return names;
}

}  // namespace

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;

Result<std::size_t, PatternError> Router::add(std::string_view pattern) {
  auto names = checkPattern(pattern);
  if (!names) return names.error();
  Node* node = root_.get();
  std::optional<std::size_t>* end = nullptr;
  std::optional<std::string_view> rest = pattern.substr(1);
  while (rest) {
    const auto [segment, below] = splitSegment(*rest);
    rest = below;
    if (segment == "*") {
      end = &node->below;
      break;
    }
    auto& next = !segment.empty() && segment.front() == ':'
                     ? node->parameter
                     : node->literals[url::percentDecode(segment)];
    if (!next) next = std::make_unique<Node>();
    node = next.get();
    end = &node->end;
  }
  if (*end) return PatternError::Repeated;
  *end = patterns_.size();
  patterns_.push_back({std::string(pattern), std::move(names).value()});
  return patterns_.size() - 1;
}

bool Router::arrive(const Node& node, std::optional<std::string_view> below, Trial& trial) {
  if (below) return descend(node, *below, trial);
  if (!node.end) return false;
  trial.route = *node.end;
  return true;
}

bool Router::tryParameter(const Node& node, std::string_view segment,
                          std::optional<std::string_view> below, Trial& trial) {
  if (!node.parameter || segment.empty()) return false;
  trial.values.push_back(url::percentDecode(segment));
  if (arrive(*node.parameter, below, trial)) return true;
  trial.values.pop_back();
  return false;
}

// Every node is reached by one way only, so a look-up visits each at most once, and goes no deeper
// than the longest pattern however many slashes a path has.
bool Router::descend(const Node& node, std::string_view rest, Trial& trial) {
  const auto [segment, below] = splitSegment(rest);
  if (!node.literals.empty()) {
    const auto literal = segment.find('%') == std::string_view::npos
                             ? node.literals.find(segment)
                             : node.literals.find(url::percentDecode(segment));
    if (literal != node.literals.end() && arrive(*literal->second, below, trial)) return true;
  }
  if (tryParameter(node, segment, below, trial)) return true;
  if (!node.below) return false;
  trial.route = *node.below;
  trial.rest = rest;
  return true;
}

std::optional<RouteMatch> Router::find(std::string_view path) const {
  if (path.empty() || path.front() != '/') return std::nullopt;
  Trial trial;
  if (!descend(*root_, path.substr(1), trial)) return std::nullopt;
  RouteMatch match{trial.route, {}, trial.rest};
  const std::vector<std::string>& names = patterns_[trial.route].names;
  for (std::size_t i = 0; i < names.size(); ++i) {
    match.parameters.push_back({names[i], std::move(trial.values[i])});
  }
  return match;
}

std::optional<std::size_t> Router::indexOf(std::string_view pattern) const {
  for (std::size_t i = 0; i < patterns_.size(); ++i) {
    if (patterns_[i].text == pattern) return i;
  }
  return std::nullopt;
}

std::string_view describe(PatternError error) noexcept {
  switch (error) {
    case PatternError::NotAbsolute:
      return "must begin with \"/\"";
    case PatternError::InvalidCharacter:
      return "holds a character that no path has";
    case PatternError::InvalidName:
      return "has a \":\" without a name";
    case PatternError::RepeatedName:
      return "has two parameters of one name";
    case PatternError::StarNotLast:
      return "has a \"*\" that is not its last segment";
    case PatternError::Repeated:
      return "is there already";
  }
  return "";
}

}  // namespace parley::server
