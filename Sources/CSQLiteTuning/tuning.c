#include "sqlite_tuning.h"
