"""Client certificates of API Gateway, which moto does not know at all."""
from datetime import timedelta

from moto.apigateway import urls
from moto.apigateway.responses import APIGatewayResponse
from moto.moto_api._internal import mock_random

from hooks import patch
from patches.ecs import now
from state import state

CERTIFICATES = patch("client-certificates", """
    Stock: neither GenerateClientCertificate nor GetClientCertificates. AWS: makes one that ends after a year, and shows
    all there are.""")

LIFE = timedelta(days=365)


@CERTIFICATES.install
def route():
    urls.url_paths["{0}/clientcertificates$"] = APIGatewayResponse.dispatch


@CERTIFICATES.around("apigateway.GenerateClientCertificate")
def generate(call):
    made = now()
    certificate = {"clientCertificateId": mock_random.get_random_hex(6), "createdDate": made, "expirationDate": made + LIFE,
                   "description": call.params.get("description") or ""}
    state.client_certificates[call.place].append(certificate)
    return certificate


@CERTIFICATES.around("apigateway.GetClientCertificates")
def show(call):
    return {"items": [certificate | {"expirationDate": certificate["createdDate"] + state.client_certificate_life.get(
        certificate["clientCertificateId"], LIFE)} for certificate in state.client_certificates[call.place]]}
