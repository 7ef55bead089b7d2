export function primes(){} export function crawls(){} export function bank(){}
