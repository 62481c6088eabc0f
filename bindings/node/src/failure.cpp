#include "failure.hpp"

#include "value.hpp"

namespace parley::node {

namespace {

napi_value attempts(napi_env env, const std::vector<Failure::Attempt>& tried) {
  napi_value list = array(env);
  for (const Failure::Attempt& one : tried) {
    napi_value object = nullptr;
    napi_create_object(env, &object);
    set(env, object, "address", text(env, one.address));
    set(env, object, "systemError", number(env, one.systemError));
    set(env, object, "text", text(env, one.text));
    push(env, list, object);
  }
  return list;
}

napi_value tlsObject(napi_env env, const TlsFailure& failure) {
  napi_value object = nullptr;
  napi_create_object(env, &object);
  set(env, object, "fault", text(env, describe(failure.fault)));
  if (failure.alert) {
    const bool isSent = failure.alert->direction == TlsAlert::Direction::Sent;
    set(env, object, "alert", number(env, failure.alert->number));
    set(env, object, "alertName", text(env, describe(*failure.alert)));
    set(env, object, "alertDirection", text(env, isSent ? "sent" : "received"));
  }
  return object;
}

}  // namespace

napi_value toObject(napi_env env, const Failure& failure) {
  napi_value object = nullptr;
  napi_create_object(env, &object);
  set(env, object, "stage", text(env, describe(failure.stage)));
  set(env, object, "message", text(env, failure.message));
  if (failure.systemError) set(env, object, "systemError", number(env, *failure.systemError));
  if (!failure.attempts.empty()) set(env, object, "attempts", attempts(env, failure.attempts));
  if (failure.tls) set(env, object, "tls", tlsObject(env, *failure.tls));
  if (failure.httpStatus) {
    set(env, object, "httpStatus", number(env, *failure.httpStatus));
    set(env, object, "httpHeaders", fields(env, failure.httpHeaders));
    set(env, object, "httpBody", latin1(env, failure.httpBody));
  }
  if (failure.closeCodeSent) {
    set(env, object, "closeCodeSent", number(env, failure.closeCodeSent->value()));
  }
  if (!failure.limit.empty()) set(env, object, "limit", text(env, failure.limit));
  if (failure.closedFirst) {
    const bool isLocal = *failure.closedFirst == Failure::Side::Local;
    set(env, object, "closedFirst", text(env, isLocal ? "local" : "remote"));
  }
  return object;
}

}  // namespace parley::node
