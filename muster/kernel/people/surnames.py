"""Surnames that read otherwise than their characters do elsewhere, and compound surnames; simplified and traditional.

The readings are those in common use by bearers of the name; an apostrophe parts the syllables.
"""

from __future__ import annotations

_SINGLE = """
    单shan 單shan 曾zeng 仇qiu 解xie 查zha 朴piao 任ren 区ou 區ou 盖ge 蓋ge
    覃qin 乐yue 樂yue 员yun 員yun 召shao 种chong 折she 黑he 秘bi 卜bu 祭zhai
    重chong 都du 藏zang 么yao 幺yao 繁po 阚kan 闞kan 薄bo 乜nie 撒sa 郗xi
    句gou 能nai 缪miao 繆miao 翟zhai 洗xian 冼xian 尹yin 宓mi 郇xun 隗wei 訾zi
    相xiang 笪da 佴nai 适kuo 难ning 牟mou 长chang 车che 過guo 过guo 哈ha 强qiang
    行xing 逄pang 逯lu 眭sui 妫gui 媯gui 亓qi 晁chao 谌chen 諶chen 贲ben 賁ben
    尉wei 令ling 干gan 葛ge 臧zang
"""
_COMPOUND = """
    尉迟yu'chi 尉遲yu'chi 欧阳ou'yang 歐陽ou'yang 司马si'ma 司馬si'ma 上官shang'guan 诸葛zhu'ge
    諸葛zhu'ge 夏侯xia'hou 皇甫huang'fu 令狐ling'hu 长孙zhang'sun 長孫zhang'sun 慕容mu'rong 宇文yu'wen
    鲜于xian'yu 鮮于xian'yu 单于chan'yu 單于chan'yu 万俟mo'qi 萬俟mo'qi 澹台tan'tai 澹臺tan'tai
    呼延hu'yan 端木duan'mu 公孙gong'sun 公孫gong'sun 东方dong'fang 東方dong'fang 东郭dong'guo 東郭dong'guo
    南宫nan'gong 南宮nan'gong 西门xi'men 西門xi'men 百里bai'li 司徒si'tu 司空si'kong 司寇si'kou
    赫连he'lian 赫連he'lian 轩辕xuan'yuan 軒轅xuan'yuan 独孤du'gu 獨孤du'gu 拓跋tuo'ba 濮阳pu'yang
    濮陽pu'yang 淳于chun'yu 申屠shen'tu 太史tai'shi 太叔tai'shu 公冶gong'ye 公羊gong'yang 公西gong'xi
    宗政zong'zheng 仲孙zhong'sun 钟离zhong'li 鍾離zhong'li 闾丘lü'qiu 梁丘liang'qiu 左丘zuo'qiu 谷梁gu'liang
    乐正yue'zheng 羊舌yang'she 微生wei'sheng 纳兰na'lan 納蘭na'lan 完颜wan'yan 耶律ye'lü 闻人wen'ren
    巫马wu'ma 亓官qi'guan 宰父zai'fu 漆雕qi'diao 壤驷rang'si 第五di'wu 贺兰he'lan 哥舒ge'shu
    达奚da'xi
"""

SINGLES = {entry[0]: entry[1:] for entry in _SINGLE.split()}
COMPOUNDS = {entry[:2]: entry[2:].replace("ü", "v").split("'") for entry in _COMPOUND.split()}
