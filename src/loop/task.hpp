#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace parley::loop {

/// What a loop runs: a callable that is moved, never copied, and that needs no allocation up to six
/// pointers of captures.
class Task {
 public:
  Task() noexcept = default;
  template <typename F>
  requires(!std::same_as<std::remove_cvref_t<F>, Task> && std::invocable<std::decay_t<F>&>)
      Task(F&& callable) {  // NOLINT: implicit, so that a lambda can be passed as it is
    using Callable = std::decay_t<F>;
    if constexpr (fitsInline<Callable>()) {
      new (storage_) Callable(std::forward<F>(callable));
      operations_ = &kInline<Callable>;
    } else {
      new (storage_) Callable*(new Callable(std::forward<F>(callable)));
      operations_ = &kOnHeap<Callable>;
    }
  }
  Task(Task&& other) noexcept { take(other); }
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      reset();
      take(other);
    }
    return *this;
  }
  ~Task() { reset(); }

  explicit operator bool() const noexcept { return operations_ != nullptr; }
  /// Precondition: not empty.
  void operator()() { operations_->call(storage_); }

 private:
  static constexpr std::size_t kStorage = 6 * sizeof(void*);

  struct Operations {
    void (*call)(void* at);
    void (*move)(void* to, void* from) noexcept;
    void (*destroy)(void* at) noexcept;
  };

  template <typename Callable>
  static constexpr bool fitsInline() {
    return sizeof(Callable) <= kStorage && alignof(Callable) <= alignof(void*) &&
           std::is_nothrow_move_constructible_v<Callable>;
  }

  template <typename Callable>
  static constexpr Operations kInline{
      [](void* at) { (*static_cast<Callable*>(at))(); },
      [](void* to, void* from) noexcept {
        new (to) Callable(std::move(*static_cast<Callable*>(from)));
        std::destroy_at(static_cast<Callable*>(from));
      },
      [](void* at) noexcept { std::destroy_at(static_cast<Callable*>(at)); }};

  template <typename Callable>
  static constexpr Operations kOnHeap{
      [](void* at) { (**static_cast<Callable**>(at))(); },
      [](void* to, void* from) noexcept { new (to) Callable*(*static_cast<Callable**>(from)); },
      [](void* at) noexcept { delete *static_cast<Callable**>(at); }};

  void take(Task& other) noexcept {
    operations_ = std::exchange(other.operations_, nullptr);
    if (operations_) operations_->move(storage_, other.storage_);
  }
  void reset() noexcept {
    if (const Operations* operations = std::exchange(operations_, nullptr)) {
      operations->destroy(storage_);
    }
  }

  alignas(void*) std::byte storage_[kStorage];
  const Operations* operations_ = nullptr;
};

}  // namespace parley::loop
