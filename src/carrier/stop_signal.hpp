// SIGINT and SIGTERM as something to wait for beside other things.
#pragma once

namespace ziptone::carrier {

// Blocks both signals for this thread and those it starts, so it comes before any thread is started. Returns
// a signalfd that is readable once one of them came.
int stop_signal();

}  // namespace ziptone::carrier
