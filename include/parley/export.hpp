#pragma once

/// PARLEY_EXPORT marks what the shared library shows; everything else is hidden.
#if defined(__GNUC__)
#define PARLEY_EXPORT __attribute__((visibility("default")))
#else
#define PARLEY_EXPORT
#endif

/// PARLEY_LIFETIMEBOUND lets compilers that know it check that a returned view does not outlive its
/// owner.
#if defined(__has_cpp_attribute)
#if __has_cpp_attribute(clang::lifetimebound)
#define PARLEY_LIFETIMEBOUND [[clang::lifetimebound]]
#endif
#endif
#ifndef PARLEY_LIFETIMEBOUND
#define PARLEY_LIFETIMEBOUND
#endif
