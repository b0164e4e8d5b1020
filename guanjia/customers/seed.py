"""The two lists by which folders are checked: that what they say is true (CUS-020), and that their papers are in order (CUS-039)."""

from guanjia.kernel.act import Act
from guanjia.org.models import Company
from guanjia.quality import selectors as quality_rows
from guanjia.quality import services as quality
from guanjia.quality.states import YES_NO
from guanjia.quality.writing import ItemDraft
from guanjia.rulebook.catalogue import load

TRUTH, ORDER = "archive-truth", "archive-order"
ABOUT = "customers.archive"

TRUTH_WORDS = {
    "name": "姓名或名称与实际相符",
    "address": "地址与实际相符",
    "contact person": "联系人与实际相符",
    "phone": "电话打得通，就是本人",
    "business features": "家庭或经营特点与实际相符",
    "industry position and influence": "行业地位与影响与实际相符",
    "distribution power": "销售能力与实际相符",
    "capital": "资金状况与实际相符",
    "reputation": "信誉与实际相符",
    "cooperation intent": "合作意向与实际相符",
}
ORDER_WORDS = (
    "文件按类别归入相应的卷，按序号排列",
    "目录与夹内文件一一对应",
    "吊夹就在登记的柜夹，标签清楚",
    "柜面整洁，柜门上锁，钥匙由保管人保管",
    "借出的档案有借阅登记，没有逾期",
)


def plant(company: Company, act: Act) -> None:
    """Both lists are there before the first check; what a company has written itself stays."""
    truth = [ItemDraft(TRUTH_WORDS[what], kind=YES_NO, weight=10) for what in load()["CUS-020"].param("comprehensive_fields")]
    order = [ItemDraft(words, kind=YES_NO, weight=20) for words in ORDER_WORDS]
    for code, name, items in ((TRUTH, "档案真实性抽查", truth), (ORDER, "档案整理检查", order)):
        if quality_rows.editions(code, act).exists():
            continue
        drafted = quality.draft_checklist(
            project=company, code=code, name=name, subject_kind=ABOUT, items=items, pass_score=80, rectify_from=1, act=act
        )
        quality.publish_checklist(drafted, act=act)
