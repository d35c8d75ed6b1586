/** Why the ledger refuses, in words: docs/protocol.md section 9. In English a node's own sentence is as good. */

import { utc } from "../shown.js";

const SECONDS = /\b(\d{1,16}) \(UTC seconds\)/g; // how nodes write a time into a sentence

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
  WRONG_WITNESSES: "签名方不符，或钱包卡已更换。",
  NOT_CONSERVED: "每种资产的转出与转入必须相等。",
  HELD: "这些份额已被预留。",
  FROZEN: "钱包或数量已依法冻结。",
  LOCKED: "这些份额尚在限售期内。",
  INSTRUMENT_CLOSED: "该证券目前不能办理：首批登记尚未完成，或已退出登记。",
  WALLET_UNKNOWN: "接收方的钱包尚无人知晓：须先由身份声明签发机构作出声明。",
  HOLDER_MISMATCH: "该钱包属于另一持有人，或钱包卡不符。",
  NOT_ELIGIBLE: "接收方没有该证券认可的有效身份声明。",
  OVER_HOLDER_LIMIT: "接收方将超过该证券允许的单一持有人上限。",
  TOO_MANY_HOLDERS: "该证券的持有人数将超过上限。",
  NOT_A_PARTICIPANT: "没有具备所需角色的有效参与人。",
  UNKNOWN_RECORD: "所指的记录不存在。",
  OVERSIZED: "超出网络可承载的大小，请拆分。",
  MALFORMED: "有字段缺失、多余，或不符合协议规定的格式。",
  NOT_CANONICAL: "不是规范字节。请按 RFC 8785 编码后重新签名。",
  UNKNOWN_KIND: "网络没有这种交易，或任何人都不得提交。",
  WRONG_CHAIN: "这是为另一个网络签名的。",
  BAD_VALIDITY: "有效期至少一秒，最长 24 小时。",
  DUPLICATE_INPUT: "同一笔持仓列出了两次。",
  WRONG_INPUTS: "所列持仓不是这种交易应当消耗的。",
  BAD_IDENTIFIER: "某个代码格式不对，或校验位有误。",
  BAD_CARD: "钱包卡不可接受。",
  BAD_WITNESS: "签名未按顺序排列，或其中一个格式不对。",
  BAD_SIGNATURE: "有一个签名不正确。",
  PROPOSAL_CLOSED: "提案已结束：已执行、被拒绝或已撤回。",
  PROPOSAL_LAPSED: "提案的截止时间已过。",
  WRONG_ROLE: "该事项不需要此角色。",
  SAME_WALLET: "同一钱包不能在一个事项中担任两个角色。",
  BAD_DEADLINE: "截止时间须在今后 90 天之内。",
  STALE_BASIS: "所审核的内容与现有内容不同。请重新查看并签名。",
  INSTRUMENT_EXISTS: "已有使用该 ISIN 的证券登记在册。",
  OVER_ISSUE: "发行数量将超过核准总量。",
  HOLDERS_DO_NOT_ADD_UP: "各持有人数量之和与该事项的数量不符。",
  NOT_ENOUGH_VALIDATORS: "须由超过三分之二的验证机构签名。",
  BAD_UPGRADE: "升级只能进入下一版本，至少提前十个区块，且一次一个。",
  BAD_CHANGE: "验证节点一次只能变更一个，名称和密钥不得重复，且至少保留四个。",
  BAD_CHUNK: "这不是分批登记的下一批。",
  BAD_EVIDENCE: "须为该高度的一个验证节点在同一处签署的两份不同消息。",
  BAD_BLOCK: "该区块与其前一区块不衔接。",
});

/**
 * A refusal as a sentence: the node's words with times as people write them, or ours where the page is in Chinese and has them.
 * @param {{reason?: string | null, detail?: string | null}} answer a standing that is no refusal has neither
 * @param {boolean} inChinese
 */
export function reasonWords({ reason, detail }, inChinese) {
  const told = detail?.replace(SECONDS, (_, seconds) => utc(Number(seconds)));
  return (inChinese && reason && zh[reason]) || told || reason || "";
}

/** What went wrong, for people: a refusal in the page's language, any other fault as it says itself. @param {any} error */
export function faultWords({ reason = "", message }) {
  return reasonWords({ reason, detail: message }, document.documentElement.lang.toLowerCase().startsWith("zh"));
}
