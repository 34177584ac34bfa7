//! Each rule by itself, between a client and an emulator that say what the test tells them to.

use hyper::Method;
use hyper::header::HeaderMap;

use super::*;

const LIST: &str = "<R><vpcSet><item><vpcId>vpc-0000000a</vpcId><state>available</state></item>\
                    <item><vpcId>vpc-0000000b</vpcId><state>available</state></item></vpcSet></R>";
const CREATED: &str = "<R><vpc><vpcId>vpc-0000000a</vpcId><state>available</state></vpc></R>";
const BALANCER: &str = "<R><LoadBalancers><member><LoadBalancerArn>arn:aws:elasticloadbalancing:us-east-2:1:\
                        loadbalancer/app/k8s/50dc6c495c0c9188</LoadBalancerArn><VpcId>vpc-0000000a</VpcId>\
                        <AvailabilityZones><member><SubnetId>subnet-0000000a</SubnetId></member></AvailabilityZones>\
                        <SecurityGroups><member>sg-0000000a</member></SecurityGroups></member></LoadBalancers></R>";
const ARN: &str = "arn:aws:elasticloadbalancing:us-east-2:1:loadbalancer/app/k8s/50dc6c495c0c9188";

/// A rule at work.
struct Bench {
    habit: Box<dyn Habit>,
    upstream: Upstream,
    number: u64,
}

impl Bench {
    fn new(rule: &Rule) -> Self {
        Self { habit: rule.habit(), upstream: Upstream::new("http://127.0.0.1:1"), number: 0 }
    }

    /// What a client gets; `answer` is the emulator's.
    fn call(&mut self, form: &str, answer: &str) -> Reply {
        let body = format!("{form}&Version=2016-11-15").into_bytes();
        let mut request = Request::new(Method::POST, "/".into(), HeaderMap::new(), body.into());
        self.number += 1;
        request.number = self.number;
        let answered = self.habit.before(&mut request, &self.upstream);
        let mut reply = answered.unwrap_or_else(|| Reply::new(200, "text/xml", answer));
        self.habit.after(&request, &mut reply, &self.upstream);
        reply
    }

    /// The code of the refusal that a client gets; empty where the call is done.
    fn code(&mut self, form: &str, answer: &str) -> String {
        self.call(form, answer).code()
    }

    /// The body that a client gets.
    fn body(&mut self, form: &str, answer: &str) -> String {
        String::from_utf8(self.call(form, answer).body).unwrap()
    }
}

#[test]
fn rules_are_data() {
    let rules = [
        Rule::strict(),
        vec![
            Rule::each(2, "DeleteVpc", Effect::dependency_violation())
                .skip(1)
                .after("CreateVpc")
                .with("A", "b*"),
            Rule::hidden(Kind::Vpc, "CreateVpc", 2),
            Rule::stages(Kind::Instance, "RunInstances", [Stage::looks("pending", 2).because("slow")]),
        ],
    ]
    .concat();
    let text = serde_json::to_string(&rules).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Rule>>(&text).unwrap(), rules);
    assert!(
        text.contains(r#"{"Hidden":{"kind":"Vpc","created_by":"CreateVpc","looks":2,"calls":"*"}}"#),
        "{text}"
    );
}

#[test]
fn calls_are_counted_from_when_they_count() {
    let rule = Rule::each(1, "DeleteVpc", Effect::dependency_violation()).skip(1).after("CreateVpc");
    let mut bench = Bench::new(&rule.with("VpcId", "vpc-*"));
    let one = "Action=DeleteVpc&VpcId=vpc-0000000a";
    assert_eq!(bench.code(one, "<R/>"), "", "before the creation");
    bench.call("Action=CreateVpc", CREATED);
    assert_eq!(bench.code(one, "<R/>"), "", "the first is spared");
    assert_eq!(bench.code(one, "<R/>"), "DependencyViolation");
    assert_eq!(bench.code(one, "<R/>"), "", "it happens once");
    let other = "Action=DeleteVpc&VpcId=vpc-0000000b";
    assert_eq!([bench.code(other, "<R/>"), bench.code(other, "<R/>")], ["", "DependencyViolation"]);
    assert_eq!(bench.code("Action=DeleteVpc&VpcId=other", "<R/>"), "");
}

#[test]
fn a_new_object_hides_from_names_and_lists() {
    let mut bench = Bench::new(&Rule::hidden(Kind::Vpc, "CreateVpc", 2));
    bench.call("Action=CreateVpc", CREATED);
    assert_eq!(bench.code("Action=CreateSubnet&VpcId=vpc-0000000a", "<R/>"), "InvalidVpcID.NotFound");
    let list = "Action=DescribeVpcs&Filter.1.Name=vpc-id&Filter.1.Value.1=vpc-0000000a";
    assert!(!bench.body(list, LIST).contains("vpc-0000000a"));
    assert!(bench.body(list, LIST).contains("vpc-0000000a"), "it has been missed twice");
}

#[test]
fn stages_follow_each_other_for_each_object() {
    let stages = [Stage::looks("pending", 1), Stage::looks("busy", 1)];
    let mut bench = Bench::new(&Rule::stages(Kind::Vpc, "CreateVpc", stages));
    assert!(bench.body("Action=CreateVpc", CREATED).contains("<state>pending</state>"));
    let mut shown = || {
        let reply = bench.call("Action=DescribeVpcs", LIST);
        reply.document().unwrap().texts("state").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(shown(), ["pending", "available"]);
    assert_eq!(shown(), ["busy", "available"]);
    assert_eq!(shown(), ["available", "available"]);
}

#[test]
fn a_token_is_answered_as_before() {
    let mut bench = Bench::new(&Rule::Tokens);
    let launch = "Action=RunInstances&ImageId=a&ClientToken=t";
    assert_eq!(bench.body(launch, "<R>first</R>"), "<R>first</R>");
    assert_eq!(bench.body(launch, "<R>second</R>"), "<R>first</R>");
    let other = "Action=RunInstances&ImageId=b&ClientToken=t";
    assert_eq!(bench.code(other, "<R/>"), "IdempotentParameterMismatch");
    assert_eq!(bench.body("Action=RunInstances&ImageId=b", "<R>third</R>"), "<R>third</R>");
}

#[test]
fn a_name_belongs_to_one_load_balancer() {
    let mut bench = Bench::new(&Rule::UniqueNames);
    let create = "Action=CreateLoadBalancer&Name=k8s&Scheme=internal";
    bench.call(create, BALANCER);
    assert_eq!(bench.body(create, "<R>another</R>"), BALANCER);
    let other = "Action=CreateLoadBalancer&Name=k8s";
    assert_eq!(bench.code(other, "<R/>"), "DuplicateLoadBalancerName");
    bench.call(&format!("Action=DeleteLoadBalancer&LoadBalancerArn={ARN}"), "<R/>");
    assert_eq!(bench.body(other, "<R>another</R>"), "<R>another</R>");
}

#[test]
fn arns_are_real_on_one_side_and_emulated_on_the_other() {
    let mut bench = Bench::new(&Rule::NetworkArns);
    assert!(bench.body("Action=DescribeLoadBalancers", BALANCER).contains(":loadbalancer/net/k8s/"));
    let form = format!("Action=X&ListenerArn={}", ARN.replace("loadbalancer/app", "listener/net"));
    let mut request = Request::new(Method::POST, "/".into(), HeaderMap::new(), form.into_bytes().into());
    bench.habit.before(&mut request, &bench.upstream);
    assert_eq!(request.parameters[0].1, ARN.replace("loadbalancer", "listener"));
}

#[test]
fn interfaces_of_a_load_balancer_outlive_it_and_block() {
    let mut bench = Bench::new(&Rule::LingeringInterfaces { looks: 2 });
    bench.call("Action=CreateLoadBalancer&Name=k8s", BALANCER);
    let list = "Action=DescribeNetworkInterfaces&Filter.1.Name=description&Filter.1.Value.1=ELB+net/k8s/*";
    let empty = "<R><networkInterfaceSet/></R>";
    assert!(bench.body(list, empty).contains("<description>ELB net/k8s/50dc6c495c0c9188</description>"));
    let other = "Action=DescribeNetworkInterfaces&Filter.1.Name=subnet-id&Filter.1.Value.1=subnet-0000000b";
    assert!(!bench.body(other, empty).contains("<item>"));
    bench.call(&format!("Action=DeleteLoadBalancer&LoadBalancerArn={ARN}"), "<R/>");
    assert!(bench.body(list, empty).contains("<item>"));
    assert_eq!(bench.code("Action=DeleteSecurityGroup&GroupId=sg-0000000a", "<R/>"), "DependencyViolation");
    assert_eq!(bench.code("Action=DeleteSubnet&SubnetId=subnet-0000000a", "<R/>"), "");
    assert!(!bench.body(list, empty).contains("<item>"));
}

#[test]
fn an_answer_can_say_something_else() {
    let set = Effect::Set { path: "vpcSet/item/state".into(), value: "pending".into() };
    let mut bench = Bench::new(&Rule::first(1, "DescribeVpcs", set));
    let reply = bench.call("Action=DescribeVpcs", LIST);
    assert_eq!(reply.document().unwrap().texts("state"), ["pending", "pending"]);
    assert_eq!(bench.body("Action=DescribeVpcs", LIST), LIST);
}
