#pragma once

#include "napi.hpp"

#include <parley/failure.hpp>

namespace parley::node {

/// The record as a JavaScript object: its members by the same names, absent ones left out.
[[nodiscard]] napi_value toObject(napi_env env, const Failure& failure);

}  // namespace parley::node
