#include "server/request_record.hpp"

#include <algorithm>
#include <utility>

namespace parley {

std::optional<std::string_view> RequestRecord::parameter(std::string_view name) const noexcept {
  const auto found =
      std::find_if(parameters_.begin(), parameters_.end(),
                   [&](const server::RouteMatch::Parameter& each) { return each.name == name; });
  if (found == parameters_.end()) return std::nullopt;
  return found->value;
}

std::string_view Request::method() const noexcept {
  return record_->head().method;
}
std::string_view Request::path() const noexcept {
  return record_->head().path;
}
std::string_view Request::query() const noexcept {
  return record_->head().query;
}
const Headers& Request::headers() const noexcept {
  return record_->head().headers;
}
std::optional<std::string_view> Request::parameter(std::string_view name) const noexcept {
  return record_->parameter(name);
}
std::string_view Request::remoteAddress() const noexcept {
  return record_->remoteAddress();
}

Response Response::text(std::string body, std::string_view contentType) {
  Response response;
  response.headers.append("Content-Type", contentType);
  response.body = std::move(body);
  return response;
}

}  // namespace parley
