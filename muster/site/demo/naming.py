"""Synthetic names: people, employers, compounds and venues, drawn from short lists of our own.

Any likeness to a person or a business is chance: parts are combined at random.
"""

from __future__ import annotations

import numpy as np

# Surnames with rough relative frequencies in Guanzhong.
_SURNAMES = (
    "王92 李84 张80 刘58 陈34 杨40 赵36 周20 吴18 徐13 孙16 马26 朱12 胡14 郭20 何16 高22 罗10 郑8 梁10 "
    "谢7 宋13 唐9 许9 韩15 冯14 邓7 曹10 彭5 曾4 田12 董11 袁8 潘6 蒋5 蔡4 余5 杜13 叶4 程10 "
    "魏11 苏9 吕9 丁7 任12 卢6 姚11 崔6 范7 石8 雷10 惠8 党7 强4 史7 贺7 屈6 南4 段6 侯7 "
    "权3 习3 员3 仵2 淡2 欧阳1 上官1"
)
_GIVEN = {
    "male": "伟强军勇杰涛明超刚平辉鹏飞波斌宇浩凯健俊峰磊洋博文华建国志海东成林龙永春峥毅恒哲航睿轩晨子涵",
    "female": "芳娜敏静丽艳娟霞秀英玲桂兰燕红梅莉婷雪慧颖倩琳洁云蕾欣怡佳雨萌梦思晓悦瑶彤可馨若妍淑珍凤琴",
}
_COMPOUND_FRONT = "锦绣 阳光 紫薇 秦都 渭水 金旭 丽彩 兰池 咸通 长虹 东风 团结 世纪 民生 安居 福园 彩虹 清华 嘉惠 朝阳"
_COMPOUND_BACK = "花园 小区 家园 新村 家属院 嘉园 华庭 公寓"
_FIRM_FRONT = "恒瑞 天成 宏远 秦川 华泰 中联 渭北 博远 金桥 长丰 众信 泽润 同力 瑞达 科翔 鼎盛 安泰 百顺 德源 兴业"
FIRMS = {
    "机电有限公司": "装配一班 装配二班 机加班 质检组 仓储组 维修班 总装三班 设备科",
    "纺织有限公司": "细纱甲班 细纱乙班 织造一班 织造二班 整理车间 验布组 动力科 综合办",
    "物流有限公司": "分拣一组 分拣二组 装卸班 调度室 客服组 车队一队 车队二队 财务室",
    "商贸有限公司": "收银组 理货组 采购部 客服部 行政部 配送组 市场部 财务部",
    "建筑工程有限公司": "项目一部 项目二部 预算科 安全科 材料科 测量班 钢筋班 水电班",
    "软件有限公司": "开发一组 开发二组 测试组 运维组 产品组 设计组 行政组 销售组",
    "食品有限公司": "烘焙班 包装一班 包装二班 质检组 冷库班 配送班 研发组 办公室",
    "物业服务有限公司": "客服中心 工程班 保洁一班 保洁二班 秩序一队 秩序二队 绿化组 办公室",
}
_VENUE_FRONT = "利民 老陕 永兴 好邻居 家家 秦味 顺意 东街 和顺 百佳 鑫源 大家 福满 西北 小城 四季 聚友 北塬 人人 喜来"
VENUES = {
    "market": "超市 便利店 农贸市场 生鲜店 百货店",
    "dining": "面馆 泡馍馆 饺子馆 火锅店 早餐店 酒楼",
    "entertainment": "台球厅 网吧 KTV 棋牌室 影院",
    "medical": "药房 诊所 社区卫生服务站",
    "other": "快递驿站 理发店 营业厅 健身房",
    "park": "公园 广场",
}


def people(male: np.ndarray, surname: np.ndarray, random: np.random.Generator) -> list[str]:
    """A name for each person, given the number of their surname."""
    known = [part.rstrip("0123456789") for part in _SURNAMES.split()]
    given = np.empty(len(male), dtype="<U2")
    for sex, of_sex in (("male", male), ("female", ~male)):
        number = int(of_sex.sum())
        first, second = (random.choice(list(_GIVEN[sex]), number) for _ in range(2))
        given[of_sex] = np.where(random.random(number) < 0.2, first, np.char.add(first, second))
    return [known[which] + rest for which, rest in zip(surname.tolist(), given.tolist(), strict=True)]


def surnames(number: int, random: np.random.Generator) -> np.ndarray:
    """So many surnames, as numbers."""
    weights = np.array([int("".join(filter(str.isdigit, part))) for part in _SURNAMES.split()], dtype=float)
    return random.choice(len(weights), number, p=weights / weights.sum())


def compounds(number: int, random: np.random.Generator) -> list[str]:
    """Names of residential compounds."""
    return _joined(_COMPOUND_FRONT, _COMPOUND_BACK, number, random)


def firms(number: int, random: np.random.Generator) -> list[tuple[str, str]]:
    """Names of employers, each with its line of business (a key of FIRMS)."""
    lines = random.choice(list(FIRMS), number).tolist()
    return [(front + line, line) for front, line in zip(_some(_FIRM_FRONT, number, random), lines, strict=True)]


def venues(kind: str, number: int, random: np.random.Generator) -> list[str]:
    """Names of venues of a kind of place."""
    return _joined(_VENUE_FRONT, VENUES[kind], number, random)


def _some(words: str, number: int, random: np.random.Generator) -> list[str]:
    return random.choice(words.split(), number).tolist()


def _joined(front: str, back: str, number: int, random: np.random.Generator) -> list[str]:
    pairs = zip(_some(front, number, random), _some(back, number, random), strict=True)
    return [first + second for first, second in pairs]
