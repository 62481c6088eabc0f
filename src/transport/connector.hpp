#pragma once

#include "transport/transport.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace parley::loop {
class EventLoop;
}

namespace parley::transport {

/// A host and port to connect to.
struct TcpTarget {
  /// A name, or an address; IPv6 with or without brackets.
  std::string host;
  std::uint16_t port = 0;
};

/// A Unix domain socket to connect to.
struct UnixTarget {
  std::string path;
};

using ConnectTarget = std::variant<TcpTarget, UnixTarget>;

/// An address that did not answer.
struct TriedAddress {
  std::string address;
  TransportError error;
};

struct ConnectFailure {
  /// Of the last address, or of the resolver.
  TransportError error;
  /// In the order of trying.
  std::vector<TriedAddress> tried;
};

/// Who hears of a connector: one of the two, once, from the loop, never from within connect(). The
/// connector may be released from there.
class ConnectListener {
 public:
  /// `transport` does not read yet and has no listener yet.
  virtual void onConnected(TransportPtr transport) = 0;
  virtual void onConnectFailed(const ConnectFailure& failure) = 0;

 protected:
  ~ConnectListener() = default;
};

/// A connection being made. Keeps the loop going until it is released. It has no deadline: release
/// it when it takes too long.
class Connector {
 public:
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

 protected:
  Connector() = default;
  virtual ~Connector() = default;

 private:
  friend struct ConnectorReleaser;
  virtual void release() noexcept = 0;
};

/// Releasing cancels: nothing is told any more.
struct ConnectorReleaser {
  void operator()(Connector* connector) const noexcept { connector->release(); }
};
using ConnectorPtr = std::unique_ptr<Connector, ConnectorReleaser>;

/// Connects to `target`: resolves its name off the loop's thread and tries the addresses one after
/// the other. `listener` must outlive the connector.
[[nodiscard]] ConnectorPtr connect(loop::EventLoop& loop, ConnectTarget target,
                                   ConnectListener& listener);

}  // namespace parley::transport
