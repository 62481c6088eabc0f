#pragma once

#include "server/router.hpp"

#include <parley/protocol/request.hpp>
#include <parley/server.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

/// What a Request is a view of. Does not move: its Request points at it.
class RequestRecord {
 public:
  using Parameters = std::vector<server::RouteMatch::Parameter>;

  /// `head` must outlive it.
  RequestRecord(const protocol::Request& head, Parameters parameters, std::string remoteAddress)
      : head_(&head),
        parameters_(std::move(parameters)),
        remoteAddress_(std::move(remoteAddress)) {}
  /// With a head of its own.
  RequestRecord(protocol::Request&& head, Parameters parameters, std::string remoteAddress)
      : ownHead_(std::move(head)),
        head_(&*ownHead_),
        parameters_(std::move(parameters)),
        remoteAddress_(std::move(remoteAddress)) {}
  RequestRecord(const RequestRecord&) = delete;
  RequestRecord& operator=(const RequestRecord&) = delete;

  [[nodiscard]] const Request& request() const noexcept { return request_; }
  [[nodiscard]] const protocol::Request& head() const noexcept { return *head_; }
  [[nodiscard]] std::string_view remoteAddress() const noexcept { return remoteAddress_; }
  [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const noexcept;

 private:
  std::optional<protocol::Request> ownHead_;
  const protocol::Request* head_;
  Parameters parameters_;
  std::string remoteAddress_;
  Request request_{*this};
};

}  // namespace parley
