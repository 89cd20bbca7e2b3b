"""ACM: certificates as they are once their names are validated."""
from moto.acm.models import CertBundle

from hooks import patch

VALIDATION = patch("acm-validation", """
    Stock: a requested certificate is PENDING_VALIDATION for a minute, and no certificate is ever eligible for renewal.
    AWS: pending until its names are validated, which takes no time here, and eligible once it is in use, which is any
    that is issued here.""")


@VALIDATION.around("acm.RequestCertificate")
def validate_at_once(call):
    answer = call.moto()
    call.backend().get_certificate(answer["CertificateArn"]).status = "ISSUED"
    return answer


@VALIDATION.install
def renew_what_acm_issued():
    stock = CertBundle.describe

    def describe(self):
        shown = stock(self)
        if self.type == "AMAZON_ISSUED" and self.status == "ISSUED":
            shown["Certificate"]["RenewalEligibility"] = "ELIGIBLE"
        return shown

    CertBundle.describe = describe
