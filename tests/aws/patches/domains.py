"""Custom domain names: the services apigateway and apigatewayv2 show the same ones."""
from hooks import patch

SHARED = patch("shared-domain-names", """
    Stock: each of apigateway and apigatewayv2 knows the domain names and mappings that it made itself. AWS: both know
    them all, and GetApiMappings shows base path mappings too.""")


@SHARED.around("apigateway.GetDomainNames")
def show_those_of_v2(call):
    answer = call.moto()
    for domain in call.backend("apigatewayv2").domain_names.values():
        told = domain.domain_name_configurations[0]
        told = {name[0].lower() + name[1:]: value for name, value in told.items()}
        shown = {
            "domainName": domain.domain_name, "regionalCertificateArn": told["certificateArn"],
            "endpointConfiguration": {"types": [told["endpointType"]]}, "domainNameStatus": "AVAILABLE",
            "securityPolicy": told["securityPolicy"], "routingMode": "BASE_PATH_MAPPING_ONLY"}
        if domain.mutual_tls_authentication:
            shown["mutualTlsAuthentication"] = domain.mutual_tls_authentication
        answer["items"].append(shown)
    return answer


@SHARED.around("apigatewayv2.GetApiMappings")
def show_base_path_mappings(call):
    answer, name = call.moto(), call.params["DomainName"]
    for mapping in call.backend("apigateway").base_path_mappings.get(name, {}).values():
        path = "" if mapping.base_path == "(none)" else mapping.base_path
        answer["Items"].append({"ApiId": mapping.rest_api_id, "ApiMappingId": f"{mapping.rest_api_id}{len(path)}",
                                "ApiMappingKey": path, "Stage": mapping.stage})
    return answer
