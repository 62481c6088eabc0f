#include "call.hpp"
#include "environment.hpp"
#include "value.hpp"

#include <memory>
#include <string>

namespace parley::node {

void throwDomException(Environment& environment, const DOMException& exception) {
  napi_env env = environment.napi();
  const std::array<napi_value, 2> arguments{text(env, exception.message()),
                                            text(env, exception.name())};
  napi_value made = nullptr;
  napi_new_instance(env, environment.function(Callback::DomException), arguments.size(),
                    arguments.data(), &made);
  napi_throw(env, made);
}

void throwArgumentError(napi_env env, const ArgumentError& error) {
  switch (error.kind) {
    case ArgumentError::Kind::Type:
      napi_throw_type_error(env, nullptr, error.message.c_str());
      return;
    case ArgumentError::Kind::Range:
      napi_throw_range_error(env, nullptr, error.message.c_str());
      return;
  }
}

namespace {

/// (functions, table): see Callback and MessageBatch
napi_value start(Environment& environment, const Arguments& arguments) {
  environment.setCallbacks(arguments[0]);
  environment.batch.start(arguments[1]);
  return nullptr;
}

/// (exception): as Node does with one that nobody caught
napi_value report(Environment& environment, const Arguments& arguments) {
  napi_fatal_exception(environment.napi(), arguments[0]);
  return nullptr;
}

/// The process, or the worker, is about to end.
napi_value end(Environment& environment, const Arguments&) {
  if (!environment.isCalling()) environment.end();
  return nullptr;
}

using Shared = std::shared_ptr<Environment>;

napi_value initialize(napi_env env, napi_value exports) {
  uv_loop_s* uv = nullptr;
  if (napi_get_uv_event_loop(env, &uv) != napi_ok) return nullptr;
  std::unique_ptr<Shared> shared;
  try {
    shared = std::make_unique<Shared>(std::make_shared<Environment>(env, uv));
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
    return nullptr;
  }
  Environment& environment = **shared;
  napi_set_instance_data(
      env, shared.release(), [](napi_env, void* data, void*) { delete static_cast<Shared*>(data); },
      nullptr);
  napi_add_async_cleanup_hook(
      env,
      [](napi_async_cleanup_hook_handle hook, void* ended) {
        static_cast<Environment*>(ended)->finish(hook);
      },
      &environment, nullptr);
  define<start>(env, exports, "start");
  define<report>(env, exports, "report");
  define<end>(env, exports, "end");
  defineSocketCalls(env, exports);
  defineServerCalls(env, exports);
  return exports;
}

}  // namespace

}  // namespace parley::node

NAPI_MODULE_INIT(/* env, exports */) {
  return parley::node::initialize(env, exports);
}
