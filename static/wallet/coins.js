/** Which outputs a wallet spends, as clients/coins.py: the smallest that suffices, and a few crumbs swept up on the way. */

/** @typedef {{outpoint: string, asset: string, owner: string, quantity: number, locked_until?: number, hold?: object}} Coin */

export const INPUTS_MAX = 256;
// Above so many outputs of an asset, each payment takes a few of the smallest along, unasked.
export const TIDY_ABOVE = 8;
export const SWEPT_MAX = 4;

/** The wallet's free outputs do not add up to what should be paid; or they do, in too many pieces. */
export class NotEnough extends Error {
  /** @param {bigint} free @param {boolean} inPieces */
  constructor(free, inPieces) {
    super(`${free} free`);
    this.free = free;
    this.inPieces = inPieces;
  }
}

/** The coins of this asset that may move at this time, smallest first. @type {(coins: Coin[], asset: string, at: number) => Coin[]} */
export function free(coins, asset, at) {
  const usable = coins.filter((coin) => coin.asset === asset && !coin.hold && (coin.locked_until ?? 0) <= at);
  return usable.sort((left, right) => left.quantity - right.quantity || (left.outpoint < right.outpoint ? -1 : 1));
}

/** Coins for this payment, at most 256; throws NotEnough. @type {(coins: Coin[], asset: string, quantity: number, at: number) => Coin[]} */
export function select(coins, asset, quantity, at) {
  const usable = free(coins, asset, at);
  const single = usable.find((coin) => coin.quantity >= quantity);
  const chosen = single ? [single] : largestFirst(usable, quantity);
  if (sum(chosen) < BigInt(quantity)) throw new NotEnough(sum(usable), sum(usable) >= BigInt(quantity));
  return [...chosen, ...swept(usable, chosen)];
}

/** What these coins are together. @param {Coin[]} coins */
export function sum(coins) {
  return coins.reduce((total, { quantity }) => total + BigInt(quantity), 0n);
}

/** @type {(usable: Coin[], quantity: number) => Coin[]} */
function largestFirst(usable, quantity) {
  /** @type {Coin[]} */
  const chosen = [];
  for (const coin of usable.slice(-INPUTS_MAX).reverse()) {
    if (sum(chosen) >= BigInt(quantity)) break;
    chosen.push(coin);
  }
  return chosen;
}

/** @type {(usable: Coin[], chosen: Coin[]) => Coin[]} */
function swept(usable, chosen) {
  if (usable.length <= TIDY_ABOVE) return [];
  const room = Math.min(SWEPT_MAX, INPUTS_MAX - chosen.length);
  return usable.filter((coin) => !chosen.includes(coin)).slice(0, room);
}
