#!/usr/bin/env python3
"""Writes a nation of made-up regions as policy files, for benchmarks and tests.

    python3 benches/generate_nation.py --regions 3000 --out benches/data/nation-3000
    python3 benches/generate_nation.py --regions 300 --plant 20 --out /tmp/nation   # prints FILE:LINE: CODE of each mistake

In: how many regions, how long their files, how many mistakes. Out: a folder with one file a region (province / city /
county below 全国), the same bytes every time. Never here: real places or real rules; every name and number is invented.

Without --plant the nation checks with no error and no warning. Python 3, standard library only.
"""

import argparse
import hashlib
import random
import sys
from pathlib import Path

STAMP = ".nation"
FIRST = "苍岚澜霁砚澄榆枫桐槐梧棠栖鹭鹤雁鲤麓崖岗峦溪涧浔沅漪泓渊潭浦汀洲屿霞霓霖雾虹晴曦晗旭昭晖暄朔望弦璞琅琼瑶珏"
SECOND = "川原岭坪塘湾渡桥亭关堡寨坝垭坳埠畈墩台阁楼苑圃园林沟谷峡泉井池湖港滩沙石岩峰屏障门口头尾里庄屯营"
DIGITS = "零一二三四五六七八九"
SECTIONS = ["总则", "参保缴费", "转移接续", "待遇保障", "门诊共济", "住院待遇", "退休人员", "补缴办法", "经办服务", "附则"]
HEDGES = ["一般", "原则上", "通常", "约", "可能"]


class Random:
    """Only `random()` of Python's generator is promised to stay the same from version to version."""

    def __init__(self, seed):
        self.source = random.Random(seed)

    def below(self, n):
        return int(self.source.random() * n)

    def between(self, low, high, step=1):
        return low + step * self.below((high - low) // step + 1)

    def pick(self, options):
        return options[self.below(len(options))]

    def chance(self, percent):
        return self.below(100) < percent

    def shuffled(self, options):
        out = list(options)
        for i in range(len(out) - 1, 0, -1):
            j = self.below(i + 1)
            out[i], out[j] = out[j], out[i]
        return out


class Region:
    def __init__(self, number, level, name, parent, folder):
        self.number, self.level, self.name, self.parent, self.folder = number, level, name, parent, folder

    @property
    def path(self):
        return self.folder / f"{self.name}.pol"


class Names:
    """Distinct names, the same for the first n regions of every nation."""

    def __init__(self):
        pairs = [a + b for a in FIRST for b in SECOND]
        self.left = Random("names").shuffled(pairs)
        self.round = 0

    def next(self, suffix):
        if not self.left:
            # Beyond the pairs names get a number, as districts of one name do.
            self.round += 1
            self.left = [a + b + DIGITS[self.round] for a in FIRST for b in SECOND]
        return self.left.pop() + suffix


def regions(count):
    """A tree: about ten cities a province and nine counties a city."""
    names, out = Names(), []
    number = 0
    while number < count:
        province = Region(number, "province", names.next("省"), "全国", None)
        province.folder = Path(province.name)
        out.append(province)
        number += 1
        for _ in range(10):
            if number >= count:
                break
            city = Region(number, "city", names.next("市"), province.name, None)
            city.folder = province.folder / city.name
            out.append(city)
            number += 1
            for k in range(9):
                if number >= count:
                    break
                name = names.next("县" if k else "区")
                out.append(Region(number, "county", name, city.name, city.folder))
                number += 1
    return out


class Writer:
    """The text of one region's file, and what its tests may expect."""

    def __init__(self, region, seed):
        self.r = Random(f"{seed}/{region.number}")
        self.region = region
        self.lines = []
        self.tests = []
        self.ids = 0

    def say(self, text=""):
        self.lines.append(text)

    def id(self):
        self.ids += 1
        return f"#R{self.region.number:04}-{self.ids}"

    def section(self):
        return f'§"{self.r.pick(SECTIONS)}"'

    def article(self):
        return f'§"第{self.r.pick(DIGITS[1:])}条"'

    def hedge(self, percent=25):
        return f' hedged "{self.r.pick(HEDGES)}"' if self.r.chance(percent) else ""

    def mods(self, hedge=0):
        return f"{self.id()}{self.hedge(hedge)}"


# ---- What a region may say: each writes one decision's part, and no two write the same outcome of the same people ----


def transfer_balances(w):
    long = w.r.pick([6, 12, 24])
    fate = w.r.pick(["retained", "kept_at_origin", "carried_forward"])
    w.say("  // 居民医保转职工医保: 余额")
    w.say(f"  transfer resident->employee {w.section()} <")
    w.say(f"    default pooled_balance = {fate}   {w.article()} {w.mods(40)}")
    w.say(f"      except when gap > {long} months and possible: pooled_balance = refunded   {w.mods()}")
    w.say(f"      except when not possible: pooled_balance = retained   {w.mods()}")
    if w.r.chance(50):
        w.say("    when not possible: <")
        w.say(f"      origin_balance = ¥0   {w.mods()}")
        w.say(f"      reenrol = true   {w.mods()}")
        w.say("    >")
    w.say("  >")


def transfer_waiting(w):
    short, long = w.r.pick([(3, 6), (3, 12), (2, 6)])
    first, second, third = w.r.pick([(0, 3, 6), (0, 2, 6), (0, 1, 3)])
    w.say(f"  transfer resident->employee {w.article()} <")
    if w.r.chance(50):
        w.say("    table <")
        w.say("      gap                          | waiting  | waiting_restarts")
        w.say(f"      at most {short} months             | {first} months | false")
        w.say(f"      over {short} up to {long} months          | {second} months | true")
        w.say(f"      over {long} months                | {third} months | true")
        w.say(f"    > {w.mods()}")
    else:
        w.say(f"    when gap <= {short} months: <")
        w.say(f"      waiting = {first} months   {w.mods()}")
        w.say(f"      waiting_restarts = false   {w.mods()}")
        w.say("    >")
        w.say(f"    when gap > {short} months: <")
        w.say(f"      waiting = {third} months   {w.mods(30)}")
        w.say(f"      waiting_restarts = true   {w.mods()}")
        w.say("    >")
    w.say(f'    credited = refer "{w.region.name}医保局"   {w.mods()}')
    w.say("  >")
    w.tests.append(f"  transfer resident->employee < gap = 0 months   expect waiting = {first} months   expect credited refer >")


def transfer_between_places(w):
    w.say("  transfer employee->employee <")
    w.say(f"    default personal_balance = transferred   {w.section()} {w.mods(40)}")
    w.say(f"      except when not possible: personal_balance = refunded   {w.mods()}")
    w.say(f"      except when retired_abroad and possible: personal_balance = refunded   {w.mods()}")
    w.say(f"    combined = months_old_place + months_new_place   {w.mods()}")
    if w.r.chance(50):
        fast, slow = w.r.pick([(5, 10), (10, 15), (15, 20)])
        w.say(f"    when online: review = {fast}..{slow} working days   {w.mods(50)}")
        w.say(f"    when not online: review = {slow + 5}..{slow + 15} working days   {w.mods()}")
    w.say("  >")
    w.tests.append("  transfer employee->employee < months_old_place = 50 months   months_new_place = 22 months   expect combined = 72 months >")


def transfer_papers(w):
    within = w.r.pick([15, 30, 60])
    w.say("  // 材料与流程")
    w.say(f"  transfer resident->employee {w.section()} <")
    more = w.r.pick(["户口本", "居民医保证", "录用证明"])
    w.say(f"    documents += [身份证 (original, copy), {more}, any of [劳动合同, 单位证明], ...]   {w.mods()}")
    if w.r.chance(50):
        w.say(f"    documents += [参保凭证 (printed, sealed, issued_by = 原参保地医保机构)]   {w.mods()}")
    w.say(f"    steps = [停保 (office = 社区劳动保障工作站); 参保 (within = {within} days, after = hired_on); 转移 (takes = 10..15 working days)]   {w.mods()}")
    w.say("    stop_first = true   " + w.mods())
    w.say("  >")


def coverage(w):
    limit = w.r.pick([2, 3])
    w.say("  coverage resident->employee <")
    w.say(f"    let in_time = (paid_on <= stopped_on + {limit} months)")
    w.say(f"    pay_by = stopped_on + {limit} months   {w.mods()}")
    w.say("    when in_time: < continuous = true   waiting = 0 months >")
    w.say(f"    when not in_time: < continuous = false   waiting = {w.r.pick([3, 6])} months >")
    w.say("  >")


def outpatient(w):
    low, mid, high = w.r.pick([0, 50]), w.r.between(100, 250, 50), w.r.between(300, 500, 50)
    rates = [w.r.between(65, 80, 5), w.r.between(55, 65, 5), w.r.between(45, 55, 5)]
    cap = high + 100
    w.say("  // 门诊: 起付线与报销比例")
    w.say(f"  reimburse outpatient {w.section()} <")
    w.say("    table <")
    w.say("      hospital_level | scheme             | deductible | rate")
    w.say(f"      primary        | -                  | ¥{low}         | {rates[0]}%")
    w.say(f"      secondary      | employee, flexible | ¥{mid}       | {rates[1]}%")
    w.say(f"      secondary      | resident           | ¥{mid + 50}       | {rates[1] - 5}%{w.hedge(20)}")
    w.say(f"      tertiary       | employee, flexible | ¥{high}       | {rates[2]}%")
    w.say(f"      tertiary       | resident           | ¥{high + 100}       | {rates[2] - 5}%")
    w.say(f"    > {w.article()} {w.mods()}")
    w.say(f"    deductible at most max(¥0, ¥{cap} - deductible_used)   {w.mods()}")
    if w.r.chance(50):
        w.say(f"    when age >= 60 years: rate += {w.r.pick([5, 10])} points   {w.mods()}")
        w.say(f"    rate at most 90%   {w.mods()}")
        age = "   age = 40 years"
    else:
        age = ""
    w.say(f"    paid = max(¥0, cost - deductible) * rate   {w.mods()}")
    w.say("  >")
    paid = (1000 - mid) * rates[1] // 100 if (1000 - mid) * rates[1] % 100 == 0 else None
    if paid is not None:
        w.tests.append(
            f"  reimburse outpatient, employee < hospital_level = secondary   cost = ¥1000   deductible_used = ¥0{age}   expect paid = ¥{paid} >"
        )


def inpatient(w):
    low = w.r.between(60, 75, 5)
    w.say("  // 住院: 按等级与年龄")
    w.say(f"  reimburse inpatient, employee|flexible {w.section()} <")
    w.say(f"    let senior = (age >= {w.r.pick([60, 65, 70])} years)")
    w.say(f"    rate = if senior then {low + 15}% else {low + 10}%   {w.mods()}")
    w.say(f"    when hospital_level = tertiary: rate at most {low + 5}%   {w.mods()}")
    w.say(f"    deductible = if hospital_level = primary then ¥{w.r.between(100, 300, 100)} else ¥{w.r.between(400, 900, 100)}   {w.mods()}")
    w.say(f"    paid = max(¥0, cost - deductible) * rate   {w.mods()}")
    w.say("  >")
    if w.r.chance(60):
        w.say(f"  reimburse inpatient, resident: rate = {low - 10}%..{low}%   {w.article()} {w.mods(60)}")


def other_care(w):
    w.say(f"  reimburse emergency {w.article()}: rate = reimburse(outpatient, scheme).rate - {w.r.pick([5, 10])} points   {w.mods()}")
    w.say(f"  reimburse chronic, employee|flexible: rate = about {w.r.between(70, 85, 5)}%   {w.mods(70)}")
    if w.r.chance(40):
        w.say(f"  reimburse chronic, resident: rate = over {w.r.between(50, 65, 5)}%   {w.mods(70)}")


def retire(w):
    man, woman = w.r.pick([(30, 25), (25, 20), (28, 23), (30, 30)])
    grace = w.r.pick([6, 12, 24])
    w.say("  // 退休: 最低缴费年限")
    w.say(f"  retire employee|flexible {w.section()} <")
    w.say(f"    when sex = male:   required = {man} years   {w.mods(30)}")
    w.say(f"    when sex = female: required = {woman} years   {w.mods(30)}")
    w.say("    let missing = max(0 months, required - total)")
    w.say(f"    let nearly = (missing <= {grace} months)")
    w.say(f"    qualifies = (missing = 0 months)   {w.mods()}")
    w.say(f"    when at_retirement_age and qualifies: lifelong = true   {w.mods()}")
    w.say(f"    when at_retirement_age and nearly and not qualifies: must_pay = true   {w.mods()}")
    if w.r.chance(30):
        w.say(f"    accumulates = true   {w.mods()}")
    w.say("  >")
    w.tests.append(f"  retire employee < sex = male   total = {man * 12} months   expect required = {man} years   expect qualifies = true >")


def back_payment(w):
    year = w.r.between(2018, 2022)
    old = w.r.pick([10, 12, 14])
    w.say(f"  back_payment employee|flexible {w.section()} <")
    w.say(f"    rate = {old}% until {year}-12 by retired_on   {w.mods()}")
    w.say(f"    rate = {old - w.r.pick([1, 2, 3])}% from {year + 1}-01 by retired_on   {w.mods()}")
    w.say("    let owed = retire.missing")
    w.say(f"    amount = contribute.base * rate * owed   {w.mods()}")
    w.say("  >")
    w.tests.append(f"  back_payment employee < retired_on = {year}-06-30   expect rate = {old}% >")


def contribute_employee(w):
    wages = w.r.between(5800, 8200, 7)
    w.say("  // 缴费基数: 六成到三倍")
    w.say(f"  contribute employee|flexible {w.section()} <")
    w.say(f"    base = wage   {w.mods()}")
    for year in range(2023, 2023 + w.r.pick([2, 3])):
        w.say(f"    base at least round(60% of ¥{wages}/month, half_up, yuan) from {year} until {year}   {w.mods()}")
        w.say(f"    base at most 300% of ¥{wages}/month from {year} until {year}   {w.mods()}")
        wages += w.r.between(80, 420)
    w.say(f"    period = monthly   {w.mods()}")
    if w.r.chance(40):
        w.say(f"    payers = [employer, individual]   {w.mods()}")
    w.say("  >")


def contribute_resident(w):
    fee = w.r.between(280, 340, 10)
    w.say(f"  contribute resident {w.article()} <")
    w.say("    table <")
    w.say("      from | annual")
    for year in range(2022, 2022 + w.r.pick([3, 4])):
        w.say(f"      {year} | ¥{fee}")
        fee += w.r.pick([20, 30, 40])
    w.say(f"    > {w.mods()}")
    w.say(f"    period = yearly   {w.mods()}")
    w.say(f"    subsidised = true   {w.mods()}")
    w.say("  >")


def enrol(w):
    days = w.r.pick([15, 30])
    w.say(f"  enrol employee {w.section()} <")
    w.say(f"    eligible = [in_service, retiree, ...]   {w.mods()}")
    w.say(f"    places = [any of [workplace, registered_home]]   {w.mods()}")
    w.say(f"    duties = [register_worker (within = {days} days, after = hired_on), pay_on_time, pay_in_full]   {w.mods()}")
    w.say(f"    register_by = hired_on + {days} days   {w.mods()}")
    w.say("  >")
    w.tests.append("  enrol employee < hired_on = 2025-03-01   expect register_by = " + ("2025-03-16" if days == 15 else "2025-03-31") + " >")


def enrol_resident(w):
    w.say("  enrol resident <")
    w.say(f"    eligible += [student, minor, {w.r.pick(['elderly', 'low_income', 'urban_unemployed'])}, ...]   {w.mods(30)}")
    w.say(f"    offices = [any of [社区劳动保障工作站, 街道劳动保障工作站]]   {w.mods()}")
    w.say(f"    when residence_allowed: places += [residence]   {w.mods()}")
    w.say("  >")


def stop(w):
    w.say("  stop resident <")
    w.say(f"    offices = [{w.r.pick(['社区劳动保障工作站', '社保局业务窗口'])}]   {w.mods()}")
    w.say(f"    documents = [身份证 (copy, signed), 居民医保证 (original)]   {w.mods()}")
    w.say(f"    entitlement = {w.r.pick(['suspended', 'terminated'])}   {w.mods(30)}")
    w.say("  >")


def account(w):
    w.say(f"  account employee {w.section()} <")
    w.say(f"    personal_pays += [out_of_pocket, {w.r.pick(['drug_cost', 'outpatient_cost'])}]   {w.mods()}")
    w.say(f"    when count(relatives where bound and kind in [spouse, parent, child]) >= {w.r.pick([1, 2])}: personal_pays += [daily_cost]   {w.mods()}")
    w.say(f"    own_to_personal = {w.r.pick(['100%', '2%', '1.5%'])}   {w.mods()}")
    w.say("  >")


def seek_care(w):
    w.say("  seek_care resident <")
    w.say(f"    choice = primary_first   {w.mods(50)}")
    w.say(f"    referral_required = (hospital_level = tertiary and age < {w.r.pick([65, 70, 75])} years)   {w.mods()}")
    w.say("  >")


def consult(w):
    w.say(f'  consult: local_rules = "{w.region.name}按{w.region.parent}统一政策执行, 另有规定的除外"   {w.mods()}')
    w.say(f"  consult: channels += [热线12333, {w.r.pick(['社保局', '社保局业务窗口'])}, ...]   {w.mods()}")


def heard(w):
    """What a web page claims; it may well differ from the rules, and then the answer is a dispute."""
    w.say("")
    w.say("  // 网页转述, 未见原文")
    w.say(f"  transfer resident->employee per 网页{w.region.number} <")
    w.say(f"    payout = {w.r.pick(['2..3', '1..2', '1..3'])} months   {w.mods(80)}")
    w.say(f"    review = {w.r.pick(['10..15', '15..20'])} working days refer   {w.mods(40)}")
    w.say("  >")


PARTS = [
    transfer_balances, transfer_waiting, transfer_between_places, transfer_papers, coverage, outpatient, inpatient, other_care,
    retire, back_payment, contribute_employee, contribute_resident, enrol, enrol_resident, stop, account, seek_care, consult,
]

# The nation's rules: what regions fall back on, and what none of them may change.
NATION = """// 全国: what holds where no region says otherwise. Written by generate_nation.py; every word is invented.

source 全国条例 "医疗保障条例 (虚构)" < kind = regulation   published = 2019-11-01   number = "国令〔2019〕第1号" >
source 全国办法 "关系转移接续办法 (虚构)" < kind = notice   published = 2021-06-10   url = "https://example.org/nation" >

region 全国 per 全国条例 <
  agency "12393"
  transfer per 全国办法 §"第二条": final pooled_balance = not cleared   #N-1
  transfer per 全国办法 <
    default waiting = 6 months   §"第三条" #N-2 hedged "一般"
      except when gap <= 3 months: waiting = 0 months   #N-3
    when move = cross_province: combined = months_old_place + months_new_place   #N-4
    credited = refer   #N-5
    documents += [身份证]   #N-6
  >
  transfer resident->any: old_account = account(resident).has_account   #N-7
  transfer employee->any: old_account = account(employee).has_account   #N-8
  account resident: has_account = false   #N-9
  account employee|flexible: has_account = true   #N-10
  retire employee|flexible §"第二十条" <
    when sex = male:   required = 30 years   #N-11
    when sex = female: required = 25 years   #N-12
    let missing = max(0 months, required - total)
    qualifies = (missing = 0 months)   #N-13
  >
  retire resident: required = 0 years   #N-14
  contribute employee|flexible <
    base = wage   #N-15
    base at least ¥3600/month   #N-16
    base at most ¥24000/month   #N-17
  >
  contribute resident: base = ¥35/month   #N-18
  back_payment < rate = 12%   #N-23   amount = contribute.base * rate * retire(employee).missing   #N-24
  >
  reimburse <
    default rate = 60%   #N-19
    default deductible = ¥200   #N-20
    default paid = max(¥0, cost - deductible) * rate   #N-21
  >
  seek_care: default choice = any_local   #N-22
>
"""

TITLES = ["关于完善城乡居民基本医疗保险制度的实施意见", "职工基本医疗保险门诊共济保障实施细则", "基本医疗保险关系转移接续经办规程", "医疗保障待遇清单 (试行)"]


def file_of(region, seed, length):
    w = Writer(region, seed)
    n = region.number
    year, month, day = w.r.between(2019, 2024), w.r.between(1, 12), w.r.between(1, 28)
    level = {"province": "省级", "city": "市级", "county": "县区"}[region.level]
    w.say(f"// {region.name} ({level}, 属{region.parent}). Written by generate_nation.py; every word is invented.")
    w.say("")
    w.say(f'source 通知{n} "{region.name}{w.r.pick(TITLES)}" <')
    w.say("  kind      = notice")
    w.say(f"  published = {year}-{month:02}-{day:02}")
    w.say(f'  number    = "{region.name[0]}医保发〔{year}〕{w.r.between(1, 99)}号"')
    w.say(">")
    says_heard = w.r.chance(30)
    if says_heard:
        w.say(f'source 网页{n} "{region.name}医保转移怎么办" < kind = web   published = 2025-{w.r.between(1, 9):02}   url = "https://example.org/{n}" >')
    w.say("")
    w.say(f"region {region.name} in {region.parent} per 通知{n} <")
    w.say(f'  agency "{region.name}医保局 {w.r.between(1000, 9999)}-12393"')
    # Room for the closing bracket, the test and what is only heard.
    room = length + w.r.between(-4, 4) - 8 - (6 if says_heard else 0)
    for part in w.r.shuffled(PARTS):
        if len(w.lines) >= room:
            break
        w.say("")
        part(w)
    if says_heard:
        heard(w)
    close = len(w.lines)
    w.say(">")
    if w.tests:
        w.say("")
        w.say(f'test "{region.name}" in {region.name} on 2025-06-01 <')
        for test in w.tests[:3]:
            w.say(test)
        w.say(">")
    return w.lines, close


# ---- Mistakes: code, lines inside the region, the line that is reported; `{n}` is a number of its own ----

PLANTS = [
    ("E0201", ["  transfer flexible->resident: when gapp > 3 months: waiting = 2 months"], 0),
    ("E0203", ["  transfer flexible->resident per 没有的通知: waiting = 2 months"], 0),
    ("E0302", ["  reimburse pharmacy, resident: deductible = ¥300 + 5%"], 0),
    ("E0303", ["  reimburse pharmacy, resident: deductible = 300"], 0),
    ("E0110", ["  transfer flexible->resident: waiting = 2 months from 2025-02-30"], 0),
    ("E0401", ["  transfer flexible->resident: waiting = 2 months from 2025 until 2024"], 0),
    ("E0604", ["  stop flexible <", "    entitlement = suspended", "    entitlement = terminated", "  >"], 2),
    ("E0605", ["  transfer flexible->resident: pooled_balance = cleared"], 0),
    ("E0112", ["  transfer flexible->resident <", "    table <", "      online | waiting", "      true   | 2 months", "      false  | 3 months", "      false", "    >", "  >"], 5),
    ("E0501", ["  transfer flexible->resident <", "    table <", "      gap             | waiting", "      at most 3 months | 0 months", "      3..6 months      | 2 months", "      over 6 months    | 3 months", "    >", "  >"], 4),
    ("W0502", ["  transfer flexible->resident <", "    table <", "      gap             | waiting", "      at most 3 months | 0 months", "      over 4 months    | 3 months", "    >", "  >"], 1),
    ("E0601", ["  transfer flexible->resident: when sex = male: when sex = female: waiting = 2 months"], 0),
    ("W0602", ["  transfer flexible->resident: when age >= 0 years: waiting = 2 months"], 0),
    ("E0301", ["  transfer flexible->resident: waiting = retained"], 0),
    ("E0306", ["  stop flexible: waiting = 2 months"], 0),
    ("W0704", ["  stop flexible <", "    let 无用{n} = (age > 60 years)", "    entitlement = suspended", "  >"], 1),
    ("E0104", ["  retire resident <", "    must_pay = total > 3 months", "  >"], 1),
    ("W0603", ["  seek_care flexible <", "    default choice = any_local", "    choice = primary_first", "  >"], 1),
]


def plant(files, count):
    """Puts mistakes into files spread over the nation and says where."""
    out = []
    if count > len(files):
        sys.exit(f"error: {count} mistakes need as many regions, and there are {len(files)}")
    for i in range(count):
        code, lines, at = PLANTS[i % len(PLANTS)]
        path, (text, close) = files[i * len(files) // count]
        text[close:close] = [line.replace("{n}", str(i)) for line in lines]
        out.append((path, close + at + 1, code))
    return out


def main():
    parser = argparse.ArgumentParser(description="Write a made-up nation of policy files.")
    parser.add_argument("--regions", type=int, default=3000, help="region files besides 全国 (default 3000)")
    parser.add_argument("--lines", type=int, default=66, help="lines of a file, about (default 66)")
    parser.add_argument("--plant", type=int, default=0, help="mistakes to plant, printed as FILE:LINE: CODE")
    parser.add_argument("--seed", default="nation", help="another seed, another nation (default: nation)")
    parser.add_argument("--if-needed", action="store_true", help="do nothing if the folder already holds this nation")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to: new, empty, or an earlier nation")
    args = parser.parse_args()
    if args.regions < 1 or args.lines < 1 or args.plant < 0:
        sys.exit("error: --regions and --lines start at 1, --plant at 0")

    script = Path(__file__).read_bytes()
    options = f"{args.regions} {args.lines} {args.plant} {args.seed}"
    stamp = hashlib.sha256(script + options.encode()).hexdigest() + "\n"
    old = args.out / STAMP
    if args.if_needed and old.is_file() and old.read_text() == stamp:
        return
    if args.out.exists() and any(args.out.iterdir()) and not old.is_file():
        sys.exit(f"error: {args.out} holds something else; give a new or empty folder")
    # Without its stamp a folder is not taken for a whole nation, should this be interrupted.
    args.out.mkdir(parents=True, exist_ok=True)
    old.write_text("unfinished\n")
    for path in args.out.rglob("*.pol"):
        path.unlink()

    files = [(r.path, file_of(r, args.seed, args.lines)) for r in regions(args.regions)]
    planted = plant(files, args.plant)
    total = NATION.count("\n")
    (args.out / "全国.pol").write_text(NATION, encoding="utf-8")
    for path, (lines, _) in files:
        target = args.out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("\n".join(lines) + "\n", encoding="utf-8")
        total += len(lines)
    old.write_text(stamp)
    for path, line, code in planted:
        print(f"{args.out / path}:{line}: {code}")
    print(f"{len(files) + 1} files, {total} lines in {args.out}", file=sys.stderr)


if __name__ == "__main__":
    main()
