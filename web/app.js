// SPDX-License-Identifier: BSD-3-Clause
import { watch } from "./live.js";
import { primes, crawls } from "./forms.js";
import { bank } from "./bank.js";

primes();
crawls();
bank();
watch();
