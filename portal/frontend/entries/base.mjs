export { bech32m, hex } from "@scure/base";
