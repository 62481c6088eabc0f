#include "transport/name_lookup.hpp"

#include "loop/event_loop.hpp"

#include <netdb.h>
#include <uv.h>

namespace parley::transport {

class NameLookup {
 public:
  NameLookup(AddressFamily family, LookupOwner& owner) noexcept : family_(family), owner_(&owner) {
    request_.data = this;
  }

  /// @return a libuv status
  int start(loop::EventLoop& loop, const std::string& host, std::uint16_t port);
  void release() noexcept;

 private:
  void finish(const LookupResult& result);

  uv_getaddrinfo_t request_{};
  AddressFamily family_;
  LookupOwner* owner_;  // nullptr: released
  bool isDone_ = false;
};

namespace {

LookupError errorOf(int status) {
  const bool isNoAddress =
      status == UV_EAI_NONAME || status == UV_EAI_NODATA || status == UV_EAI_ADDRFAMILY;
  char text[128];
  return {isNoAddress ? LookupError::Kind::NoAddress : LookupError::Kind::Unanswered,
          uv_strerror_r(status, text, sizeof text)};
}

LookupResult resultOf(int status, const addrinfo* entries) {
  if (status != 0) return errorOf(status);
  std::vector<SocketAddress> addresses;
  for (const addrinfo* entry = entries; entry; entry = entry->ai_next) {
    addresses.emplace_back(entry->ai_addr, entry->ai_addrlen);
  }
  if (addresses.empty()) return errorOf(UV_EAI_NODATA);
  return addresses;
}

}  // namespace

int NameLookup::start(loop::EventLoop& loop, const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = family_ == AddressFamily::Ipv6 ? AF_INET6 : AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  const std::string service = std::to_string(port);
  const auto done = [](uv_getaddrinfo_t* request, int status, addrinfo* entries) {
    const LookupResult result = resultOf(status, entries);
    uv_freeaddrinfo(entries);
    static_cast<NameLookup*>(request->data)->finish(result);
  };
  return uv_getaddrinfo(&loop.uv(), &request_, done, host.c_str(), service.c_str(), &hints);
}

void NameLookup::finish(const LookupResult& result) {
  isDone_ = true;
  if (!owner_) {
    delete this;
    return;
  }
  owner_->onLookedUp(family_, result);  // may release this
}

void NameLookup::release() noexcept {
  if (isDone_) {
    delete this;
    return;
  }
  owner_ = nullptr;
  uv_cancel(reinterpret_cast<uv_req_t*>(&request_));  // helps only if no thread has taken it up
}

void NameLookupReleaser::operator()(NameLookup* lookup) const noexcept {
  lookup->release();
}

NameLookupPtr lookUp(loop::EventLoop& loop, AddressFamily family, const std::string& host,
                     std::uint16_t port, LookupOwner& owner) {
  auto* lookup = new NameLookup(family, owner);
  if (lookup->start(loop, host, port) == 0) return NameLookupPtr(lookup);
  delete lookup;
  return nullptr;
}

}  // namespace parley::transport
