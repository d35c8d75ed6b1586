/** 钱包的中文词句；属于钱包本身，绝不来自服务器。 The wallet's words in Chinese. */

/** @type {typeof import("./en.js").words} */
export const words = {
  language: "zh",
  comma: "、",
  yourWallet: "您的钱包",
  yourLabel: (label) => `您的备注：“${label}”`,
  smallestUnits: (quantity, asset) => `${quantity} 个 ${asset} 最小单位`,
  holdings: (count) => `${count} 笔持仓`,
  mOfN: (m, n) => `${n} 人中须有 ${m} 人签名`,
  noPar: (currency) => `无面值，以 ${currency} 计价`,
  listOf: (chunks) => `报送名单，最多 ${(chunks * 500).toLocaleString("en-GB")} 行`,
  noteFor: (readers) => `密封给：${readers}`,
  unknownAct: "一项无法显示的事项",

  titles: {
    transfer: "过户",
    keep: "转给自己",
    propose: {
      register: "提议初始登记", increase: "提议增资", decrease: "提议减资",
      withdraw: "提议退出登记", amend: "提议变更登记事项", admit: "提议准入", suspend: "提议暂停资格",
    },
    approve: "批准", refuse: "拒绝", retract: "撤回提案", attest: "身份声明", revoke: "撤销身份声明",
    rotateCard: "更换密钥", rotateSeal: "密封附言的新密钥", govern: "网络决定", unknown: "不应签名",
  },

  transferTo: (parts) =>
    parts.length === 1
      ? `将 ${parts[0].amount} 过户给 ${parts[0].who}。`
      : `过户给 ${parts.length} 个钱包：${parts.map(({ amount, who }) => `${amount} 给 ${who}`).join("；")}。`,
  keep: (amounts) => `将 ${amounts} 转给自己：没有任何证券离开您的钱包，所消耗的持仓不能再作他用。`,
  proposes: (act, notary) => `提议${act}。${notary ? `监管机构和公证机构（${notary}）` : "监管机构"}批准后生效。`,
  approves: (role, act) => `以${role}身份批准：${act}。`,
  refuses: (role, act, reason) => `以${role}身份拒绝：${act}。理由：${reason}`,
  retracts: (act) => `撤回您的提案：${act}。`,
  attests: (said) => `以 ${said.issuer} 的名义声明：钱包 ${said.wallet} 属于 ${said.country} 的${said.class}，有效期至 ${said.until}。`,
  letsAttest: (said) => `确认 ${said.issuer} 可以声明您的钱包属于 ${said.country} 的${said.class}，有效期至 ${said.until}。`,
  revokes: (wallet, reason) => `撤销关于钱包 ${wallet} 的声明。理由：${reason}`,
  rotatesCard: (wallet) => `更换 ${wallet} 的密钥。地址不变。`,
  rotatesSeal: (epoch, wallet) => `公布 ${epoch} 季度向 ${wallet} 密封附言所用的密钥。`,
  governs: (decision) => `为网络作出决定：${decision}。`,

  acts: {
    register: (instrument, quantity, holders) => `${instrument} 的初始登记：${quantity} 份，登记给${toHolders(holders)}`,
    increase: (amount, holders) => `增发 ${amount}，登记给${toHolders(holders)}`,
    decrease: (outputs, amount) => `注销 ${outputs} 笔持仓：${amount}`,
    withdrawSome: (outputs, amount, destination) => `${outputs} 笔持仓退出登记：${amount}，登记去向：${destination}`,
    withdrawAll: (instrument, destination) => `${instrument} 全部退出登记，登记去向：${destination}`,
    amend: (instrument, what) => `变更 ${instrument} 的登记事项：${what}`,
    admit: (name, roles) => `准入 ${name}，角色：${roles}`,
    suspend: (who) => `暂停 ${who} 的资格`,
  },

  governActs: {
    upgrade: (version, height) => `自区块 ${height.toLocaleString("en-GB")} 起采用协议版本 ${version}`,
    nodeKey: (name) => `验证节点 ${name} 改用另一把密钥`,
    roles: (csd, regulator, bank) => `中央证券存管机构为 ${csd}，监管机构为 ${regulator}，中央银行为 ${bank}`,
    add: (name, institution) => `${institution} 的节点 ${name} 从此参加表决`,
    remove: (name) => `节点 ${name} 不再参加表决`,
  },

  rule: {
    claims: (issuers) => `接收方须持有 ${issuers} 签发的有效身份声明。`,
    classes: (classes) => `仅限：${classes}。`,
    countries: (countries) => `仅限以下国家或地区的持有人：${countries}。`,
    lockUp: (time) => `${time} 之前不得过户。`,
    maxHolders: (count) => `持有人最多 ${count} 名。`,
    maxPerHolder: (units) => `任何持有人不得超过 ${units} 份。`,
    none: "没有规则限制谁可以持有或持有多少。",
  },

  warnings: {
    expired: "有效时间已过：再也无法入账。",
    staleProofs: (time) => `本节点给出的最新证明是 ${time} 的。`,
    oldState: (height, time) =>
      `本门户显示的是旧状态：此浏览器已见过 ${time} 的区块 ${height.toLocaleString("en-GB")}。`,
    fork: (height, seen, shown) =>
      `验证节点在高度 ${height.toLocaleString("en-GB")} 签署了两个不同的区块：此浏览器已见过的 ${seen}，以及现在的 ${shown}。这是分叉的证据。请勿签名，并通知网络的运营方。`,
    otherValidators: (height) =>
      `本节点显示的验证节点与此浏览器已见过的区块 ${height.toLocaleString("en-GB")} 的不同：它要么严重落后，要么显示的是另一段历史。请勿用它签名，请使用其他节点。`,
    unprovenInstrument: (isin) => `${isin} 的名称和小数位数无法得到证明：数量以最小单位表示。`,
    unprovenOutputs: (count) => `有 ${count} 笔持仓的数量无法向您证明。`,
    otherVersion: "自起草以来，该证券已有变更。",
    label: (label) => `“${label}”只是您自己的备注：请将完整地址与对方给您的地址逐字核对。`,
    suspended: (who) => `${who} 已被暂停资格。`,
    strangeNote: "随附一份密封附言，其内容不是在本页写下的。",
    unknownAct: "无法显示该事项本身，或者它不是将要签名的那一项。",
    oldKey: "此后旧密钥的签名一律无效。",
    unknownKind: (kind) => `本钱包不认识种类“${kind}”，因此不予签名。`,
    otherChain: (chain) => `它属于另一个网络（${chain}），与本钱包不同。`,
    malformed: "不符合协议规定的格式。",
  },

  labels: {
    to: "接收方", quantity: "数量", backToYou: "留在您的钱包", consumes: "消耗", note: "密封附言",
    noteReader: "可读附言者", validUntil: "有效期至", network: "网络", proposer: "提案方", notary: "公证机构",
    deadline: "批准截止时间", reason: "理由", role: "您的角色", proposal: "提案", basis: "事项摘要",
    wallet: "钱包", claimIssuer: "身份声明签发机构", investorClass: "投资者类别", country: "国家或地区", holder: "持有人编号",
    until: "至", from: "自", epoch: "季度", sealKey: "密封公钥", signKey: "签名公钥", card: "钱包卡", signer: "签名方",
    shortName: "简称", authorised: "核准总量", newAuthorised: "新的核准总量", decimals: "小数位数", nominal: "面值",
    further: "增发数量", version: "所依据的版本", owner: "所有者", output: "持仓", instrument: "证券",
    destination: "登记去向", name: "名称", roles: "角色", participant: "参与人", firstHolder: "首批持有人",
    firstHolders: "首批持有人", listRoot: "名单摘要", lockedUntil: "限售至", rule: "规则", protocol: "协议版本",
    fromBlock: "起始区块", institution: "机构", nodeKey: "节点密钥", validator: "验证节点",
    document: (title) => `文件：${title}`,
    unchanged: (label) => `${label}（不变）`,
    untilNow: (label) => `${label}（变更前）`,
  },
  amendable: { cfi: "类型（CFI）", documents: "文件", fisn: "简称", lei: "发行人（LEI）", rules: "规则", terms: "文字条款" },
  nothing: "全部删除",
  roles: {
    csd: "中央证券存管机构", regulator: "监管机构", exchange: "证券交易所", central_bank: "中央银行", issuer: "发行人", notary: "公证机构",
    claim_issuer: "身份声明签发机构", broker: "证券公司", bank: "银行", ccp: "中央对手方", observer: "观察节点",
  },
  classes: { RETL: "普通投资者", PROF: "专业投资者", ELIG: "合格交易对手" },

  review: {
    checking: "正在核对内容……",
    proven: (height, time) => `名称和小数位数已由验证节点的签名证明，截至区块 ${height}，${time}。`,
    details: "您签名的全部内容",
    id: "交易编号",
    sign: "签名", cancel: "不签名", passphrase: "您钱包的口令", wallet: "钱包",
    unlock: "解锁", unlockTitle: "解锁您的钱包", notNow: "暂不",
    noWallet: "此浏览器中没有钱包。请在“钱包”页创建，或用备份文件恢复。",
    toWallet: "创建或恢复钱包",
    notYours: "这需要另一个钱包的签名，而它不在此浏览器中。请在“钱包”页用备份文件恢复它。",
    wrongPassphrase: "口令不正确。",
    member: "您代表所在机构签名：您的签名是其所需签名之一。",
  },
};

/** @param {number | null} count */
function toHolders(count) {
  return count === null ? "报送名单上的持有人" : ` ${count} 名首批持有人`;
}
