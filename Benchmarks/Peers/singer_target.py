"""target-sqlite 0.2.0 as it is. It is of 2019 and uses names that Python 3.10 moved; here they are found once more."""

import collections
import collections.abc

for name in collections.abc.__all__:
    if not hasattr(collections, name):
        setattr(collections, name, getattr(collections.abc, name))

from target_sqlite import main

main()
