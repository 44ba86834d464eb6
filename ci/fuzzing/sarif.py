# SPDX-License-Identifier: Apache-2.0
"""Findings in SARIF 2.1.0, for what shows results of analyses: a result for each, of which the signature is the rule."""

import json

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


NAME = "findings.sarif"


def location_of(path, project):
    """Of a whole file, as others have it: from the top of the project."""
    artifact = {"uri": path.as_uri()}
    if path.is_relative_to(project):
        artifact = {"uri": path.as_uri()[len(project.as_uri()) + 1:], "uriBaseId": "%SRCROOT%"}
    return {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": 1}}}


def result_of(finding, rules, project):
    more = {"implementation": finding.implementation, "command": finding.command}
    if finding.page:
        more["page"] = location_of(finding.page, project)["physicalLocation"]["artifactLocation"]["uri"]
    return {"ruleId": finding.signature, "ruleIndex": rules.index(finding.signature), "level": "error",
            "message": {"text": finding.message or finding.signature}, "locations": [location_of(finding.file, project)],
            "partialFingerprints": {"signature/v1": finding.signature},
            "properties": {name: value for name, value in more.items() if value is not None}}


def document(findings, project):
    signatures = list(dict.fromkeys(finding.signature for finding in findings))
    rules = [{"id": signature, "shortDescription": {"text": f"A program on which two sides differ: {signature}"}}
             for signature in signatures]
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [{
        "tool": {"driver": {"name": "iov-lockstep", "rules": rules}},
        "results": [result_of(finding, signatures, project) for finding in findings]}]}


def write(path, findings, project):
    path.write_text(json.dumps(document(findings, project), indent=1) + "\n", encoding="utf-8")
