#pragma once

// The oldest interface that has what is used here: instance data, environment cleanup hooks and
// type tags are all in version 8, which every Node since 12.22, 14.17 and 15.12 has.
#define NAPI_VERSION 8
#include <node_api.h>
