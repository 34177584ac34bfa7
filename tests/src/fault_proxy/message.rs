//! Requests and replies on their way.

use std::time::Duration;

use hyper::Method;
use hyper::body::Bytes;
use hyper::header::HeaderMap;
use url::form_urlencoded;

use super::xml::Element;

/// One request, its form fields taken apart.
#[derive(Clone, Debug)]
pub(super) struct Request {
    /// The number under which the call is remembered.
    pub(super) number: u64,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// Empty where the request is no call of a service, such as one of the instance metadata.
    pub(super) action: String,
    pub(super) parameters: Vec<(String, String)>,
    version: String,
}

/// One reply, or the lack of one.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    /// The client never sees it: its connection is closed.
    pub(super) is_lost: bool,
    /// How much later the client gets it.
    pub(super) delay: Duration,
}

impl Request {
    pub(super) fn new(method: Method, path: String, headers: HeaderMap, body: Bytes) -> Self {
        let mut request = Self {
            number: 0,
            method,
            path,
            headers,
            body,
            action: String::new(),
            parameters: Vec::new(),
            version: String::new(),
        };
        if request.method == Method::POST {
            let (mut action, mut version) = (String::new(), String::new());
            for (name, value) in form_urlencoded::parse(&request.body) {
                match name.as_ref() {
                    "Action" => action = value.into_owned(),
                    "Version" => version = value.into_owned(),
                    _ => request.parameters.push((name.into_owned(), value.into_owned())),
                }
            }
            (request.action, request.version) = (action, version);
        }
        request
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The values of a list of parameters: those of `InstanceId.1`, `InstanceId.2` for `InstanceId`, and those of
    /// `Targets.member.1.Id` for `Targets.member.Id`.
    pub(super) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        let named = self.parameters.iter().filter(move |(other, _)| without_numbers(other) == name);
        named.map(|(_, value)| value.as_str())
    }

    /// The object that it is about: the first identifier among its parameters.
    pub(super) fn subject(&self) -> &str {
        let mut values = self.parameters.iter().map(|(_, value)| value.as_str());
        values.find(|value| is_identifier(value)).unwrap_or_default()
    }

    /// Whether it is a call of EC2, whose words differ from those of the other services.
    pub(super) fn is_ec2(&self) -> bool {
        self.version == "2016-11-15"
    }

    /// What is sent on.
    pub(super) fn encode(&self) -> Bytes {
        if self.action.is_empty() {
            return self.body.clone();
        }
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("Action", &self.action).append_pair("Version", &self.version);
        form.extend_pairs(&self.parameters);
        form.finish().into()
    }

    /// Another call of EC2 by the same client.
    pub(super) fn ask(&self, action: &str, parameters: &[(&str, &str)]) -> Self {
        let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut asked = Self {
            action: action.into(),
            parameters: parameters.collect(),
            version: "2016-11-15".into(),
            ..self.clone()
        };
        let scope = asked.headers.get("authorization").and_then(|value| value.to_str().ok());
        let scope = scope.map(|scope| scope.replace("/elasticloadbalancing/", "/ec2/"));
        if let Some(scope) = scope.and_then(|scope| scope.parse().ok()) {
            asked.headers.insert("authorization", scope);
        }
        asked
    }
}

impl Reply {
    pub(super) fn new(status: u16, content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", hyper::header::HeaderValue::from_static(content_type));
        Self { status, headers, body: body.into(), is_lost: false, delay: Duration::ZERO }
    }

    /// A refusal in the words of the service that was called.
    pub(super) fn refusal(request: &Request, status: u16, code: &str, message: &str) -> Self {
        let body = if request.is_ec2() {
            format!(
                "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>\
                 <RequestID>fault-proxy</RequestID></Response>"
            )
        } else {
            format!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
                 <RequestId>fault-proxy</RequestId></ErrorResponse>"
            )
        };
        Self::new(status, "text/xml", body)
    }

    pub(super) fn lost() -> Self {
        Self { is_lost: true, ..Self::new(0, "", "") }
    }

    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The document of a call that was done.
    pub(super) fn document(&self) -> Option<Element> {
        if !self.is_success() {
            return None;
        }
        Element::parse(std::str::from_utf8(&self.body).ok()?)
    }

    /// Changes the document of a call that was done.
    pub(super) fn edit(&mut self, edit: impl FnOnce(&mut Element)) {
        if let Some(mut document) = self.document() {
            edit(&mut document);
            self.body = document.to_string().into_bytes();
        }
    }

    /// The code of a refusal.
    pub(super) fn code(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        let code = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once('<'));
        code.map(|(code, _)| code.to_owned()).unwrap_or_default()
    }
}

fn without_numbers(name: &str) -> String {
    let words = name.split('.').filter(|word| !word.bytes().all(|byte| byte.is_ascii_digit()));
    words.collect::<Vec<_>>().join(".")
}

/// `vpc-0a1b2c3d`, or an ARN.
fn is_identifier(text: &str) -> bool {
    let is_hex = |text: &str| text.len() >= 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.starts_with("arn:") || text.rsplit_once('-').is_some_and(|(_, number)| is_hex(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(body: &'static str) -> Request {
        Request::new(Method::POST, "/".into(), HeaderMap::new(), Bytes::from_static(body.as_bytes()))
    }

    #[test]
    fn a_form_is_taken_apart_and_put_together() {
        let body =
            "Action=DeleteSubnet&Version=2016-11-15&DryRun=false&SubnetId=subnet-0a1b2c3d4e&Name=a+%26+b";
        let request = request(body);
        assert_eq!((request.action.as_str(), request.subject()), ("DeleteSubnet", "subnet-0a1b2c3d4e"));
        assert_eq!(request.parameter("Name"), Some("a & b"));
        assert_eq!(request.encode(), body);
    }

    #[test]
    fn numbered_parameters_are_a_list() {
        let request = request("Action=X&Targets.member.1.Id=a&Targets.member.2.Id=b&Targets.member.2.Port=1");
        assert_eq!(request.values("Targets.member.Id").collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn each_service_refuses_in_its_own_words() {
        let ec2 = Reply::refusal(&request("Action=X&Version=2016-11-15"), 400, "A", "b");
        assert!(ec2.body.starts_with(b"<Response><Errors><Error><Code>A</Code>"));
        let elb = Reply::refusal(&request("Action=X&Version=2015-12-01"), 400, "A", "b");
        assert!(elb.body.starts_with(b"<ErrorResponse><Error><Type>Sender</Type><Code>A</Code>"));
        assert_eq!((ec2.code(), elb.code()), ("A".to_owned(), "A".to_owned()));
    }
}
