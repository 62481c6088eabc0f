#pragma once

#include <zlib.h>

namespace parley::deflate {

/// Lets a stream take its memory from operator new, as everything else here does.
void useOwnMemory(z_stream& stream) noexcept;

}  // namespace parley::deflate
