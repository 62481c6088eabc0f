#include "http/token_list.hpp"

#include "bytes/ascii.hpp"
#include "fuzz/exact_copy.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/target.hpp"

#include <set>
#include <string>
#include <vector>

// Oracle: a split at each comma that copies, and sets of strings.

namespace parley::fuzz {

namespace {

constexpr std::string_view kName = "List";

/// RFC 9110 section 5.6.2, written out.
bool isToken(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  for (const char c : text) {
    const bool isAlphanumeric =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!isAlphanumeric && (c == '\0' || kMarks.find(c) == std::string_view::npos)) return false;
  }
  return !text.empty();
}

std::vector<std::string> referenceOf(std::string_view value) {
  std::vector<std::string> elements(1);
  for (const char c : value) {
    if (c == ',') {
      elements.emplace_back();
    } else {
      elements.back().push_back(c);
    }
  }
  for (std::string& element : elements) {
    while (!element.empty() && (element.front() == ' ' || element.front() == '\t')) {
      element.erase(0, 1);
    }
    while (!element.empty() && (element.back() == ' ' || element.back() == '\t')) {
      element.pop_back();
    }
  }
  std::erase(elements, "");
  return elements;
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return text;
}

void checkReader(Bytes value, const std::vector<std::string>& expected) {
  const ExactCopy copy(value);
  http::ListReader reader(asText(copy.bytes()));
  for (const std::string& element : expected) {
    require(reader.next() == element, "the reader splits like the reference");
  }
  require(!reader.next() && !reader.next(), "and then it has ended");
}

void checkTokens(const Headers& headers, const std::vector<std::string>& expected) {
  const auto tokens = http::readTokenList(headers, "list");
  bool allTokens = !expected.empty();
  for (const std::string& element : expected) allTokens = allTokens && isToken(element);
  require(tokens.has_value() == allTokens, "a list of tokens or not");
  if (tokens) require(*tokens == expected, "the tokens of all fields in order");
  const bool repeats =
      std::set<std::string>(expected.begin(), expected.end()).size() != expected.size();
  require(http::hasRepeats(expected) == repeats, "repeats are the reference");
}

}  // namespace

void tokenList(Bytes data) {
  Input input(data);
  const std::string wanted = input.text();
  Headers headers;
  std::vector<std::string> expected;
  while (!input.empty()) {
    const Bytes value = input.block();
    const std::vector<std::string> elements = referenceOf(asText(value));
    checkReader(value, elements);
    if (!headers.tryAppend(kName, asText(value))) continue;
    (void)headers.tryAppend("Other", "websocket");
    expected.insert(expected.end(), elements.begin(), elements.end());
  }
  checkTokens(headers, expected);
  bool has = false;
  for (const std::string& element : expected) has = has || lower(element) == lower(wanted);
  require(http::listHas(headers, "LIST", wanted) == has, "listHas() is the reference");
}

}  // namespace parley::fuzz
