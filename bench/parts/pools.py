"""What made people are called and where they live: public lists of common names, roads and districts, commonest first."""

from typing import Final

# Family names with their share of the Chinese population in 1/100 %, as the police registers publish them.
FAMILIES: Final = (
    "王725 李719 张683 刘538 陈453 杨308 黄223 赵229 吴205 周212 徐167 孙154 马129 朱126 胡131 郭115 何117 林118 高118 罗86 "
    "郑84 梁84 谢72 宋81 唐68 许68 韩68 邓60 冯60 曹57 彭50 曾58 肖57 田46 董51 潘45 袁44 蔡53 蒋47 余43 于62 杜40 叶43 程57 "
    "魏45 苏46 吕47 丁43 任39 卢40 姚39 沈50 钟38 姜39 崔43 谭38 陆36 范36 汪33 廖34 石34 金32 韦31 贾42 夏37 付32 方37 邹32 "
    "熊32 白29 孟32 秦26 邱29 侯29 江26 尹26 薛26 闫28 段24 雷24 龙23 黎23 史25 陶22 贺22 毛24 郝27 顾22 龚21 邵22 万19 覃18 "
    "武19 钱19 戴19 严19 欧11 莫17 孔16 向15 常17 汤17 康16 易15 乔14 赖14 文14 施13 洪13 辛9 柯9 温12 庄11 单4 仇3 解4 查4 "
    "区3 朴3 欧阳7 司马1 上官2 诸葛1 皇甫1 司徒1 夏侯1 尉迟1 长孙1 慕容1 令狐1 公孙1"
)
# First characters of given names by sex, then second ones; a single name is one of the second.
BOYS_FIRST: Final = (
    "建国志文小俊明海伟永子晓宇家浩金春振德玉东学少光正成庆新立福忠江长卫红世荣鹏天宏云华大景兴林凯嘉泽思锦一梓睿宏博瑞承启"
    "昊铭致诗逸书乐奕辰彦弘培润柏松"
)
GIRLS_FIRST: Final = (
    "秀玉晓丽小桂雅春美海淑雪文红梦凤佳金思建莉嘉婷欣慧月静若诗"
    "雨兰爱子静云艳芳冬彩素翠宝婉清紫心依可语梓一沐筱宛映亦锦念"
)
BOYS: Final = (
    "伟强军勇磊涛明超杰刚平辉鹏波斌宇浩鑫帅俊峰华健亮龙凯飞文建国志林东海洋阳辰轩博睿泽豪翔航昊哲宁旭毅康峻恒晖宏武清民生"
    "彬江庆松荣光源胜根成威诚炜玮维纬骏钧均晟铭明鸣坤琨锋烽涵瑞祥"
)
GIRLS: Final = (
    "芳娜敏静丽艳娟霞玲燕红丹婷雪颖倩琳欣慧云梅萍莉晶英兰珍华怡洁琴凤菲璐瑶佳莹媛梦涵萱妍彤琪薇雯蕾露茜岚淑香月秋冰清语晴"
    "芸蓉荣琼瑾婕洁捷晴情菁晶盈迎英岩妍彦雁燕宁柠"
)
BOYS_WEST: Final = (
    "James John Robert Michael William David Richard Thomas Mark Daniel Paul Peter Alexander Martin Andrew "
    "Stefan Thomas Christian "
    "Jan Lukas Max Felix Ben Oliver Jack Harry George Noah Leon Louis Antoine Pierre Marco Luca Matteo Pablo Carlos Juan Ivan "
    "Dmitri Pavel Erik Lars Henrik Kenji Hiroshi Omar Ali Hassan Samuel Joseph Kevin Brian Steven Edward Patrick Sean Simon Tim"
)
GIRLS_WEST: Final = (
    "Anna Maria Emma Sophie Laura Julia Sarah Elizabeth Jennifer Jessica Emily Olivia Charlotte Amelia Grace "
    "Alice Clara Hannah Lea "
    "Lena Nina Katharina Christine Susan Karen Linda Barbara Margaret Helen Irene Rosa Paula Lucia Carmen "
    "Elena Olga Natalia Ivana "
    "Ingrid Astrid Yuki Aiko Fatima Leila Sara Victoria Catherine Megan Chloe Zoe Amy Rachel Rebecca Nicole "
    "Monica Eva Marta Ines"
)
FAMILIES_WEST: Final = (
    "Smith Johnson Williams Brown Jones Miller Davis Garcia Wilson Anderson Taylor Thomas Moore Martin "
    "Jackson Thompson White Harris "
    "Clark Lewis Robinson Walker Young Allen King Wright Scott Hill Green Adams Nelson Baker Hall Campbell "
    "Mitchell Carter Roberts "
    "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Koch Bauer Richter Klein Wolf Schröder Neumann "
    "Keller Berger Vogel Frank Lang Krause Dubois Durand Leroy Moreau Simon Laurent Lefebvre Michel Bertrand "
    "Roux Fontaine Rossi "
    "Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Costa Novak Kowalski Nowak Svoboda Horvat Ivanov Petrov "
    "Sokolov Popov Volkov Kuznetsov Hansen Johansen Olsen Larsen Andersson Karlsson Nilsson Berg Lindberg "
    "Jansen Bakker Visser Smit "
    "Sato Suzuki Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Khan Ahmed Hussain Singh Kumar Patel Sharma "
    "Gupta Silva Santos "
    "Oliveira Souza Pereira Fernandez Gonzalez Rodriguez Lopez Martinez Sanchez Perez Gomez Ruiz Diaz Torres Ramirez O'Brien "
    "O'Connor Murphy Kelly Walsh Byrne Ryan Doyle McCarthy MacDonald Stewart Murray Fraser Reid Ross Cooper "
    "Bailey Bell Cox Ward "
    "Richardson Wood Watson Brooks Bennett Gray Hughes Price Sanders Myers Long Foster Powell Jenkins Perry "
    "Butler Barnes Fisher"
)
# Short forms by which people sign.
SHORT: Final = {
    "Robert": "Rob", "William": "Bill", "James": "Jim", "Michael": "Mike", "Richard": "Rick", "Thomas": "Tom",
    "Daniel": "Dan", "Alexander": "Alex", "Andrew": "Andy", "Christian": "Chris", "Samuel": "Sam", "Joseph": "Joe",
    "Steven": "Steve", "Edward": "Ed", "Patrick": "Pat", "Elizabeth": "Liz", "Jennifer": "Jenny", "Jessica": "Jess",
    "Katharina": "Kathi", "Christine": "Chris", "Susan": "Sue", "Margaret": "Maggie", "Victoria": "Vicky",
    "Catherine": "Cathy", "Rebecca": "Becky", "Charlotte": "Lotte", "Lukas": "Luke", "Oliver": "Olli",
}  # fmt: skip
# What Chinese call themselves beside their own name.
ALIASES: Final = "David Tony Kevin Jason Jack Eric Leo Andy Amy Cindy Lily Lucy Grace Vivian Tina Alice Helen Nancy Jenny Coco"
# Province, city, district, weighted by their place in the list.
DISTRICTS: Final = (
    "浙江省杭州市西湖区|浙江省杭州市上城区|浙江省杭州市拱墅区|浙江省杭州市滨江区|浙江省杭州市余杭区|浙江省杭州市萧山区|上海市浦东新区|上海市徐汇区|"
    "上海市静安区|上海市闵行区|上海市杨浦区|上海市黄浦区|上海市长宁区|北京市朝阳区|北京市海淀区|北京市西城区|北京市东城区|北京市丰台区|广东省广州市天河区|"
    "广东省广州市越秀区|广东省广州市海珠区|广东省深圳市南山区|广东省深圳市福田区|广东省深圳市罗湖区|广东省深圳市宝安区|江苏省南京市鼓楼区|江苏省南京市玄武区|"
    "江苏省南京市建邺区|江苏省苏州市姑苏区|江苏省苏州市吴中区|江苏省无锡市梁溪区|浙江省宁波市海曙区|浙江省宁波市鄞州区|浙江省温州市鹿城区|浙江省绍兴市越城区|"
    "四川省成都市武侯区|四川省成都市锦江区|四川省成都市青羊区|湖北省武汉市武昌区|湖北省武汉市江汉区|湖北省武汉市洪山区|湖南省长沙市岳麓区|湖南省长沙市芙蓉区|"
    "陕西省西安市雁塔区|陕西省西安市碑林区|山东省青岛市市南区|山东省济南市历下区|福建省厦门市思明区|福建省福州市鼓楼区|天津市和平区|天津市南开区|"
    "重庆市渝中区|重庆市江北区|辽宁省大连市中山区|辽宁省沈阳市和平区|河南省郑州市金水区|安徽省合肥市蜀山区|江西省南昌市东湖区|云南省昆明市五华区|"
    "黑龙江省哈尔滨市南岗区"
)
ROADS: Final = (
    "人民路 解放路 中山路 建设路 文化路 新华路 和平路 胜利路 长江路 黄河路 北京路 南京路 文三路 延安路 体育路 "
    "学院路 环城北路 环城南路 朝阳路 光明路 友谊路 "
    "青年路 育才路 迎宾路 工业路 幸福路 东风路 滨河路 翠苑路 湖滨路 长乐路 复兴路 淮海路 天目山路 凤起路 "
    "庆春路 古墩路 莫干山路 秋涛路 江南大道 滨江大道 世纪大道 "
    "科技路 创业路 华山路 泰山路 太湖路 钱江路 永安路 平安路 安定街 花园街 西湖大道 新民街 民主路 团结路 "
    "公园路 车站路 曙光路 红旗路"
)
HOSTS: Final = (
    "qq.com 163.com 126.com gmail.com sina.com outlook.com hotmail.com foxmail.com 139.com icloud.com"
)
PREFIXES: Final = (
    "138 139 137 136 135 158 159 188 187 150 151 152 182 183 186 185 156 155 131 132 133 153 189 180 181 177 173 "
    "199 166 198"
)
