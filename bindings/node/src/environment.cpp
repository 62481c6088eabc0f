#include "environment.hpp"

#include "loop_handles.hpp"
#include "server.hpp"
#include "socket.hpp"
#include "value.hpp"

#include <algorithm>
#include <cstring>
#include <exception>

namespace parley::node {

namespace {

/// No code of the application runs in a C++ handler, so what leaves one is a fault of this file's
/// neighbours, or memory has ended.
[[noreturn]] void onUncaught(std::exception_ptr exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& error) {
    napi_fatal_error("parley", NAPI_AUTO_LENGTH, error.what(), NAPI_AUTO_LENGTH);
  } catch (...) {
    napi_fatal_error("parley", NAPI_AUTO_LENGTH, "an exception", NAPI_AUTO_LENGTH);
  }
}

}  // namespace

Environment::Environment(napi_env env, uv_loop_s* uv)
    : env_(env), loop_(std::make_unique<Loop>(uv)), handles_(new LoopHandles(uv, batch)) {
  loop_->onuncaught = onUncaught;
  napi_value receiver = nullptr;
  napi_create_object(env, &receiver);
  napi_create_reference(env, receiver, 1, &receiver_);
  napi_async_init(env, receiver, text(env, "PARLEY"), &context_);
}

Environment::~Environment() = default;

Environment& Environment::of(napi_env env) {
  void* data = nullptr;
  napi_get_instance_data(env, &data);
  return **static_cast<std::shared_ptr<Environment>*>(data);
}

void Environment::end() {
  if (isEnded()) return;
  batch.clear();
  for (std::uint32_t id = 0; id < sockets.size(); ++id) {
    if (Socket* const socket = sockets.find(id)) socket->forget();
  }
  for (std::uint32_t id = 0; id < upgrades.size(); ++id) delete upgrades.find(id);
  for (std::uint32_t id = 0; id < servers.size(); ++id) {
    if (ServerHandle* const server = servers.find(id)) server->forget();
  }
  loop_.reset();
  napi_async_destroy(env_, context_);
}

void Environment::finish(napi_async_cleanup_hook_handle hook) {
  end();
  handles_->close(hook);
}

void Environment::setCallbacks(napi_value functions) {
  for (std::uint32_t i = 0; i < kCallbacks; ++i) {
    napi_value function = nullptr;
    napi_get_element(env_, functions, i, &function);
    napi_create_reference(env_, function, 1, &callbacks_[i]);
  }
}

napi_value Environment::function(Callback which) const {
  napi_value function = nullptr;
  napi_get_reference_value(env_, callbacks_[static_cast<std::size_t>(which)], &function);
  return function;
}

napi_value Environment::call(Callback which, std::initializer_list<napi_value> arguments) {
  napi_value receiver = nullptr;
  napi_get_reference_value(env_, receiver_, &receiver);
  napi_value result = nullptr;
  ++depth_;
  const napi_status status = napi_make_callback(env_, context_, receiver, function(which),
                                                arguments.size(), arguments.begin(), &result);
  --depth_;
  if (status == napi_ok) return result;
  napi_value exception = nullptr;
  bool isPending = false;
  if (napi_is_exception_pending(env_, &isPending) == napi_ok && isPending &&
      napi_get_and_clear_last_exception(env_, &exception) == napi_ok) {
    ++depth_;  // it may end the process
    napi_fatal_exception(env_, exception);
    --depth_;
  }
  return nullptr;
}

std::optional<std::uint32_t> Environment::copyToPool(std::span<const std::byte> bytes) {
  if (bytes.size() > poolSize_ - poolUsed_ && !renewPool()) return std::nullopt;
  const auto offset = static_cast<std::uint32_t>(poolUsed_);
  if (!bytes.empty()) std::memcpy(poolBytes_ + offset, bytes.data(), bytes.size());
  // The next one begins where a typed array of any kind may begin.
  poolUsed_ = std::min(poolSize_, (poolUsed_ + bytes.size() + 7) & ~std::size_t{7});
  return offset;
}

bool Environment::renewPool() {
  HandleScope scope(env_);
  napi_value receiver = nullptr;
  napi_get_reference_value(env_, receiver_, &receiver);
  // No task: nothing of the application's runs, and nothing that it queued.
  napi_value made = nullptr;
  napi_call_function(env_, receiver, function(Callback::NewPool), 0, nullptr, &made);
  void* bytes = nullptr;
  std::size_t size = 0;
  if (!made || napi_get_arraybuffer_info(env_, made, &bytes, &size) != napi_ok) return false;
  if (pool_) napi_delete_reference(env_, pool_);
  napi_create_reference(env_, made, 1, &pool_);
  poolBytes_ = static_cast<char*>(bytes);
  poolSize_ = size;
  poolUsed_ = 0;
  return size >= kMostPooled;
}

}  // namespace parley::node
