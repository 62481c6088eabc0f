#include <parley/dom_exception.hpp>

#include <utility>

namespace parley {
namespace {

struct Entry {
  std::string_view name;
  std::uint16_t code;
};

// WebIDL section 2.8.1, the table of names and legacy codes.
constexpr Entry entryOf(DOMException::Name name) noexcept {
  switch (name) {
    case DOMException::Name::InvalidStateError:
      return {"InvalidStateError", DOMException::INVALID_STATE_ERR};
    case DOMException::Name::SyntaxError:
      return {"SyntaxError", DOMException::SYNTAX_ERR};
    case DOMException::Name::InvalidAccessError:
      return {"InvalidAccessError", DOMException::INVALID_ACCESS_ERR};
    case DOMException::Name::SecurityError:
      return {"SecurityError", DOMException::SECURITY_ERR};
    case DOMException::Name::NotSupportedError:
      return {"NotSupportedError", DOMException::NOT_SUPPORTED_ERR};
    case DOMException::Name::DataCloneError:
      return {"DataCloneError", DOMException::DATA_CLONE_ERR};
    case DOMException::Name::NotFoundError:
      return {"NotFoundError", DOMException::NOT_FOUND_ERR};
    case DOMException::Name::NotReadableError:
      return {"NotReadableError", 0};
  }
  return {"Error", 0};  // only for a number that was cast to Name
}

}  // namespace

DOMException::DOMException(Name name, std::string message)
    : name_(name), message_(std::move(message)) {
  what_.append(entryOf(name).name).append(": ").append(message_);
}

std::string_view DOMException::name() const noexcept {
  return entryOf(name_).name;
}

std::uint16_t DOMException::code() const noexcept {
  return entryOf(name_).code;
}

}  // namespace parley
