# calls_time.py: does the record keep its order when the clock of the machine is wrong?
# SPDX-License-Identifier: AGPL-3.0-or-later
TESTS = ()
