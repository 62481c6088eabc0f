#include "server.hpp"

#include "socket.hpp"
#include "value.hpp"

#include <utility>

namespace parley::node {

ServerHandle::ServerHandle(std::shared_ptr<Environment> environment, napi_value object,
                           const ServerOptions& options)
    : environment_(std::move(environment)),
      server_(std::make_unique<Server>(environment_->loop(), options)),
      id_(environment_->servers.add(*this)) {
  napi_create_reference(napi(), object, 0, &object_);
  napi_add_finalizer(
      napi(), object, this,
      [](napi_env, void* data, void*) { delete static_cast<ServerHandle*>(data); }, nullptr,
      nullptr);
}

ServerHandle::~ServerHandle() {
  environment_->servers.remove(id_);
  forget();
  napi_delete_reference(napi(), object_);
}

void ServerHandle::forget() {
  server_.reset();
}

napi_value ServerHandle::object() const {
  napi_value object = nullptr;
  napi_get_reference_value(napi(), object_, &object);
  return object;
}

void ServerHandle::hold(bool isHeld) {
  if (isHeld == isHeld_) return;
  isHeld_ = isHeld;
  if (isHeld) {
    napi_reference_ref(napi(), object_, nullptr);
  } else {
    napi_reference_unref(napi(), object_, nullptr);
  }
}

void ServerHandle::addRoute(std::string_view pattern, Route&& route, RouteHandling handling) {
  const std::uint32_t number = routes_;
  if (handling.isDecided) {
    route.onupgrade = [this, number](Upgrade waiting) { upgrade(number, std::move(waiting)); };
  }
  if (handling.selectsFirst) {
    route.selectProtocol = [](const Request&, const std::vector<std::string>& offered) {
      return offered.empty() ? std::nullopt : std::optional(offered.front());
    };
  }
  route.onconnection = [this, number](const WebSocket& socket, const Request& request) {
    connected(number, socket, request);
  };
  server_->route(pattern, std::move(route));
  ++routes_;
}

void ServerHandle::upgrade(std::uint32_t route, Upgrade&& waiting) {
  HandleScope scope(napi());
  const napi_value target = object();
  if (!target) return;
  napi_value protocols = array(napi());
  for (const std::string& name : waiting.protocols()) {
    push(napi(), protocols, text(napi(), name));
  }
  const napi_value request = requestValue(waiting.request());
  const auto* const pending = new PendingUpgrade(*environment_, std::move(waiting));
  environment_->call(Callback::Upgrade, {target, index(napi(), route), index(napi(), pending->id()),
                                         request, protocols});
}

void ServerHandle::connected(std::uint32_t route, const WebSocket& socket, const Request& request) {
  HandleScope scope(napi());
  const napi_value target = object();
  if (!target) return;
  // JavaScript attaches an object to it at once.
  const auto* const made = new Socket(environment_, socket);
  environment_->call(Callback::Connection, {target, index(napi(), route), index(napi(), made->id()),
                                            requestValue(request)});
}

/// [method, target, remote address, [name, value, ...]]
napi_value ServerHandle::requestValue(const Request& request) const {
  std::string target(request.path());
  if (!request.query().empty()) target.append("?").append(request.query());
  napi_value made = array(napi());
  push(napi(), made, latin1(napi(), request.method()));
  push(napi(), made, latin1(napi(), target));
  push(napi(), made, latin1(napi(), request.remoteAddress()));
  push(napi(), made, fields(napi(), request.headers()));
  return made;
}

void ServerHandle::shutDown(std::chrono::milliseconds deadline) {
  hold(true);
  server_->shutdown(deadline, [this] {
    HandleScope scope(napi());
    const napi_value target = object();
    hold(false);
    if (target) environment_->call(Callback::ShutDown, {target});
  });
}

}  // namespace parley::node
