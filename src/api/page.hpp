// One page of a short list that is at hand whole.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "api/schemas/common.hpp"

namespace sentinel::api {

template <class T>
ListOf<T> page_of(std::vector<T> all, const PageQuery& query) {
  ListOf<T> out;
  out.total = static_cast<std::int64_t>(all.size());
  out.limit = query.limit;
  out.offset = query.offset;
  const auto from = std::min(query.offset, out.total);
  const auto until = std::min(from + query.limit, out.total);
  out.items.assign(std::make_move_iterator(all.begin() + from), std::make_move_iterator(all.begin() + until));
  return out;
}

}  // namespace sentinel::api
