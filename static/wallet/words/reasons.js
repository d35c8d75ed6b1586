/** Why the ledger refuses, in words: docs/protocol.md section 9. In English a node's own sentence is as good. */

const zh = /** @type {Record<string, string>} */ ({
  EXPIRED: "有效时间已过：请重新制作并签名。",
  NOT_YET_VALID: "尚未到有效时间：请稍后再试。",
  BAD_NOTE: "密封附言不符合规定的格式。",
  ALREADY_PENDING: "本节点已接受该交易，正在处理。",
  CONFLICTS_WITH_PENDING: "另一笔待处理的交易消耗相同的持仓，请等待其结束。",
  ALREADY_COMMITTED: "已经入账。",
  UNKNOWN_INPUT: "所消耗的持仓不存在。",
  SPENT: "所消耗的持仓已被另一笔交易使用。",
  STALE: "所替换的记录已有新版本，请重新读取并签名。",
  WRONG_WITNESSES: "签名方不符，或名片已更换。",
  NOT_CONSERVED: "每种资产的转出与转入必须相等。",
  HELD: "这些单位处于保留状态。",
  FROZEN: "钱包或数量已依法冻结。",
  LOCKED: "这些单位尚在锁定期内。",
  INSTRUMENT_CLOSED: "该证券目前不能转移：尚未分配完毕，或已退出登记。",
  WALLET_UNKNOWN: "接收方的钱包尚无人知晓：须先由身份声明签发机构作出声明。",
  HOLDER_MISMATCH: "该钱包属于另一持有人，或名片不符。",
  NOT_ELIGIBLE: "接收方没有该证券认可的有效身份声明。",
  OVER_HOLDER_LIMIT: "接收方将超过该证券允许的单一持有人上限。",
  TOO_MANY_HOLDERS: "该证券的持有人数将超过上限。",
  NOT_A_PARTICIPANT: "没有具备所需角色的有效参与机构。",
  UNKNOWN_RECORD: "所指的记录不存在。",
});

/**
 * A refusal as a sentence: the node's words, or ours where the page is in Chinese and has them.
 * @param {{reason?: string, detail?: string}} answer
 * @param {boolean} inChinese
 */
export function reasonWords({ reason = "", detail = "" }, inChinese) {
  return (inChinese && zh[reason]) || detail || reason;
}
