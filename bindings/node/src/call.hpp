#pragma once

#include "environment.hpp"
#include "napi.hpp"
#include "value.hpp"

#include <parley/dom_exception.hpp>

#include <array>
#include <cstddef>

namespace parley::node {

/// Throws the DOMException of the runtime when the native call returns.
void throwDomException(Environment& environment, const DOMException& exception);
void throwArgumentError(napi_env env, const ArgumentError& error);

/// The arguments of a call from JavaScript.
class Arguments {
 public:
  Arguments(napi_env env, napi_callback_info info) : env_(env) {
    std::size_t count = values_.size();
    napi_get_cb_info(env, info, &count, values_.data(), nullptr, nullptr);
  }
  [[nodiscard]] napi_value operator[](std::size_t at) const noexcept { return values_[at]; }
  [[nodiscard]] std::uint32_t index(std::size_t at) const { return toIndex(env_, values_[at]); }

 private:
  napi_env env_;
  std::array<napi_value, 6> values_{};
};

/// The object that the first argument names.
template <typename T>
T& knownObject(const Slots<T>& objects, const Arguments& arguments, const char* otherwise) {
  T* const object = objects.find(arguments.index(0));
  if (!object || object->isForgotten()) throw ArgumentError{.message = otherwise};
  return *object;
}

/// A function of the addon: `function` gets the environment and the arguments; what it throws is
/// thrown in JavaScript. nullptr is undefined.
template <napi_value (*function)(Environment&, const Arguments&)>
napi_value entry(napi_env env, napi_callback_info info) {
  Environment& environment = Environment::of(env);
  // Handlers of process's `exit` event may still have sockets in their hands.
  if (environment.isEnded()) return nullptr;
  try {
    return function(environment, Arguments(env, info));
  } catch (const DOMException& exception) {
    throwDomException(environment, exception);
  } catch (const ArgumentError& error) {
    throwArgumentError(env, error);
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
  }
  return nullptr;
}

template <napi_value (*function)(Environment&, const Arguments&)>
void define(napi_env env, napi_value exports, const char* name) {
  napi_value made = nullptr;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, entry<function>, nullptr, &made);
  napi_set_named_property(env, exports, name, made);
}

void defineSocketCalls(napi_env env, napi_value exports);
void defineServerCalls(napi_env env, napi_value exports);

}  // namespace parley::node
