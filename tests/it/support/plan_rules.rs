//! The rules by which a host refuses a plan or a result.

use tfplugin::value::{Path, Value};
use tfplugin_proto::tfplugin6::schema::{Attribute, Block, NestedBlock, Object};

/// Every rule that the plan breaks, as `path: what`.
pub(crate) fn plan_faults(block: &Block, prior: &Value, config: &Value, planned: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    match (config.is_null(), planned.is_null()) {
        (true, true) => {}
        (true, false) => faults.push("planned for existence but config wants absence".to_owned()),
        (false, true) => faults.push("planned for absence but config wants existence".to_owned()),
        (false, false) => check_block(block, prior, config, planned, &Path::root(), &mut faults),
    }
    faults
}

/// Every known part of the plan that the result does not keep, and every unknown left in it.
pub(crate) fn result_faults(planned: &Value, result: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    if !planned.is_null() && result.is_null() {
        faults.push("root object was present, but now absent".to_owned());
        return faults;
    }
    check_result(planned, result, &Path::root(), &mut faults);
    if !result.is_wholly_known() {
        faults.push("the result holds unknown values".to_owned());
    }
    faults
}

fn check_block(
    block: &Block,
    prior: &Value,
    config: &Value,
    planned: &Value,
    path: &Path,
    faults: &mut Vec<String>,
) {
    if planned.is_unknown() {
        return faults.push(format!("{path}: planned unknown for configured block"));
    }
    for attribute in &block.attributes {
        let name = attribute.name.as_str();
        let (prior, config, planned) =
            (prior.attribute(name), config.attribute(name), planned.attribute(name));
        check_attribute(attribute, prior, config, planned, &path.attr(name), faults);
    }
    for nested in &block.block_types {
        let name = nested.type_name.as_str();
        let (prior, config, planned) =
            (prior.attribute(name), config.attribute(name), planned.attribute(name));
        check_nested(nested, prior, config, planned, &path.attr(name), faults);
    }
}

fn check_nested(
    nested: &NestedBlock,
    prior: &Value,
    config: &Value,
    planned: &Value,
    path: &Path,
    faults: &mut Vec<String>,
) {
    let block = nested.block.as_ref().unwrap();
    match (config, planned) {
        (Value::Unknown(_), Value::Unknown(_)) | (Value::Null, Value::Null) => {}
        (Value::Unknown(_), _) => faults.push(format!("{path}: known although the dynamic block is unknown")),
        (Value::List(configs), Value::List(plans)) => {
            if configs.len() != plans.len() {
                return faults.push(format!("{path}: block count in plan disagrees with count in config"));
            }
            let priors = prior.elements().unwrap_or_default();
            for (index, (config, planned)) in configs.iter().zip(plans).enumerate() {
                let prior = priors.get(index).unwrap_or(&Value::Null);
                check_block(block, prior, config, planned, &path.index(index), faults);
            }
        }
        (Value::Set(configs), Value::Set(plans)) => {
            if configs.len() != plans.len() {
                faults.push(format!("{path}: block count in plan disagrees with count in config"));
            }
        }
        (Value::Map(configs), Value::Map(plans)) => {
            if !configs.keys().eq(plans.keys()) {
                faults.push(format!("{path}: block keys in plan disagree with keys in config"));
            }
            for ((key, config), planned) in configs.iter().zip(plans.values()) {
                check_block(block, &Value::Null, config, planned, &path.key(key), faults);
            }
        }
        (Value::Object(_), Value::Object(_)) => check_block(block, prior, config, planned, path, faults),
        _ => faults.push(format!("{path}: block planned as {planned:?} for config {config:?}")),
    }
}

fn check_attribute(
    attribute: &Attribute,
    prior: &Value,
    config: &Value,
    planned: &Value,
    path: &Path,
    faults: &mut Vec<String>,
) {
    if attribute.write_only {
        if !planned.is_null() {
            faults.push(format!("{path}: planned value for write-only attribute is not null"));
        }
        return;
    }
    // Equal to the prior value is the way out for values that mean the same.
    if config == planned || (!config.is_null() && !prior.is_null() && prior == planned) {
        return;
    }
    if config.is_null() && attribute.computed {
        return;
    }
    if let Some(object) = &attribute.nested_type
        && !config.is_null()
        && !config.is_unknown()
    {
        return check_object(object, prior, config, planned, path, faults);
    }
    faults.push(format!("{path}: planned value {} does not match config value", shown(attribute, planned)));
}

fn check_object(
    object: &Object,
    prior: &Value,
    config: &Value,
    planned: &Value,
    path: &Path,
    faults: &mut Vec<String>,
) {
    let each = |prior: &Value, config: &Value, planned: &Value, path: &Path, faults: &mut Vec<String>| {
        if planned.is_unknown() {
            return faults.push(format!("{path}: planned unknown for configured value"));
        }
        for attribute in &object.attributes {
            let name = attribute.name.as_str();
            let (prior, config, planned) =
                (prior.attribute(name), config.attribute(name), planned.attribute(name));
            check_attribute(attribute, prior, config, planned, &path.attr(name), faults);
        }
    };
    match (config, planned) {
        (Value::Object(_), Value::Object(_)) => each(prior, config, planned, path, faults),
        (Value::List(configs), Value::List(plans)) if configs.len() == plans.len() => {
            let priors = prior.elements().unwrap_or_default();
            for (index, (config, planned)) in configs.iter().zip(plans).enumerate() {
                each(priors.get(index).unwrap_or(&Value::Null), config, planned, &path.index(index), faults);
            }
        }
        (Value::Map(configs), Value::Map(plans)) if configs.keys().eq(plans.keys()) => {
            for ((key, config), planned) in configs.iter().zip(plans.values()) {
                each(&Value::Null, config, planned, &path.key(key), faults);
            }
        }
        (Value::Set(configs), Value::Set(plans)) if configs.len() == plans.len() => {}
        _ => faults.push(format!("{path}: count in plan disagrees with count in config")),
    }
}

fn check_result(planned: &Value, result: &Value, path: &Path, faults: &mut Vec<String>) {
    match (planned, result) {
        (Value::Unknown(_), _) => {}
        (Value::List(plans), Value::List(results)) | (Value::Tuple(plans), Value::Tuple(results))
            if plans.len() == results.len() =>
        {
            for (index, (planned, result)) in plans.iter().zip(results).enumerate() {
                check_result(planned, result, &path.index(index), faults);
            }
        }
        (Value::Object(plans), Value::Object(results)) if plans.keys().eq(results.keys()) => {
            for ((name, planned), result) in plans.iter().zip(results.values()) {
                check_result(planned, result, &path.attr(name), faults);
            }
        }
        (Value::Map(plans), Value::Map(results)) if plans.keys().eq(results.keys()) => {
            for ((key, planned), result) in plans.iter().zip(results.values()) {
                check_result(planned, result, &path.key(key), faults);
            }
        }
        (Value::Set(plans), Value::Set(results)) if !planned.is_wholly_known() => {
            if plans.len() < results.len() {
                faults.push(format!("{path}: length changed"));
            }
        }
        (Value::Dynamic(_, planned), Value::Dynamic(_, result)) => {
            check_result(planned, result, path, faults);
        }
        _ if planned == result => {}
        _ => faults.push(format!("{path}: was planned otherwise")),
    }
}

fn shown(attribute: &Attribute, value: &Value) -> String {
    if attribute.sensitive { "(sensitive)".to_owned() } else { format!("{value:?}") }
}
