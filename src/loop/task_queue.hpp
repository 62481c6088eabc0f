#pragma once

#include "loop/task.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace parley::loop {

/// Tasks in order. They are run in batches, so that tasks which queue tasks can't hold up a turn of
/// the loop. Two vectors that change places: no allocation once they have grown.
class TaskQueue {
 public:
  [[nodiscard]] bool empty() const noexcept { return next_ == batch_.size() && incoming_.empty(); }
  void push(Task task) { incoming_.push_back(std::move(task)); }
  /// Takes all of `tasks`, which is left empty.
  void pushAll(std::vector<Task>& tasks) {
    if (incoming_.empty()) {
      incoming_.swap(tasks);
      return;
    }
    for (Task& task : tasks) push(std::move(task));
    tasks.clear();
  }
  /// Calls `run` with each task that is in the queue now, or that an earlier batch left, as long as
  /// it answers true.
  template <typename Run>
  void runBatch(Run&& run) {
    if (next_ == batch_.size()) {
      batch_.clear();
      next_ = 0;
      batch_.swap(incoming_);
    }
    while (next_ < batch_.size()) {
      Task task = std::move(batch_[next_++]);
      if (!run(task)) return;
    }
    batch_.clear();
    next_ = 0;
  }

 private:
  std::vector<Task> incoming_;
  std::vector<Task> batch_;
  std::size_t next_ = 0;
};

}  // namespace parley::loop
