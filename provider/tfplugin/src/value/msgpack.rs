//! The `MessagePack` form of values, directed by their type.

use std::collections::BTreeMap;

use rmp::{Marker, decode, encode};

use super::{DecodeError, Number, Path, Refinement, Type, Value};

/// The extension code of a refined unknown.
const REFINED_UNKNOWN: i8 = 12;
/// Longest prefix worth promising.
const MAX_PREFIX: usize = 256;

/// The value of type `ty` that `bytes` hold; no bytes at all mean null.
///
/// # Errors
/// [`DecodeError`] when the bytes are not `MessagePack` or do not have the shape of the type.
pub fn from_slice(bytes: &[u8], ty: &Type) -> Result<Value, DecodeError> {
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    let mut reader = Reader { rest: bytes };
    let value = reader.value(ty, &Path::root())?;
    if reader.rest.is_empty() { Ok(value) } else { Err(DecodeError::new(&Path::root(), "trailing bytes")) }
}

/// The bytes of a value of type `ty`.
#[must_use]
pub fn to_vec(value: &Value, ty: &Type) -> Vec<u8> {
    let mut out = Vec::new();
    // Writing to memory cannot fail.
    let _ = write(&mut out, value, ty);
    out
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn value(&mut self, ty: &Type, path: &Path) -> Result<Value, DecodeError> {
        match self.peek(path)? {
            Marker::Null => {
                self.rest = &self.rest[1..];
                return Ok(Value::Null);
            }
            marker if is_extension(marker) => return self.unknown(path),
            _ => {}
        }
        match ty {
            Type::Bool => decode::read_bool(&mut self.rest).map(Value::Bool).map_err(|_| required(path, ty)),
            Type::Number => self.number(path).map(Value::Number),
            Type::String => self.str(path, ty).map(Value::string),
            Type::List(element) => self.elements(element, path, ty, Path::index).map(Value::List),
            Type::Set(element) => self.elements(element, path, ty, |path, _| path.element()).map(Value::set),
            Type::Tuple(types) => self.tuple(types, path).map(Value::Tuple),
            Type::Map(element) => self.map(element, path).map(Value::Map),
            Type::Object(types) => self.object(types, path).map(Value::Object),
            Type::Dynamic => self.dynamic(path),
        }
    }

    fn peek(&self, path: &Path) -> Result<Marker, DecodeError> {
        self.rest
            .first()
            .map(|byte| Marker::from_u8(*byte))
            .ok_or_else(|| DecodeError::new(path, "value cut short"))
    }

    fn take(&mut self, length: usize, path: &Path) -> Result<&'a [u8], DecodeError> {
        let (taken, rest) =
            self.rest.split_at_checked(length).ok_or_else(|| DecodeError::new(path, "value cut short"))?;
        self.rest = rest;
        Ok(taken)
    }

    fn str(&mut self, path: &Path, ty: &Type) -> Result<&'a str, DecodeError> {
        let length = decode::read_str_len(&mut self.rest).map_err(|_| required(path, ty))?;
        std::str::from_utf8(self.take(length as usize, path)?)
            .map_err(|_| DecodeError::new(path, "text is not UTF-8"))
    }

    fn number(&mut self, path: &Path) -> Result<Number, DecodeError> {
        let wrong = || required(path, &Type::Number);
        match self.peek(path)? {
            Marker::F64 => {
                let double = decode::read_f64(&mut self.rest).map_err(|_| wrong())?;
                Number::from_f64(double).map_err(|_| wrong())
            }
            Marker::F32 => {
                let float = decode::read_f32(&mut self.rest).map_err(|_| wrong())?;
                Number::from_f64(f64::from(float)).map_err(|_| wrong())
            }
            Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => {
                self.str(path, &Type::Number)?.parse().map_err(|_| wrong())
            }
            Marker::U64 => decode::read_int::<u64, _>(&mut self.rest).map(Number::from).map_err(|_| wrong()),
            _ => decode::read_int::<i64, _>(&mut self.rest).map(Number::from).map_err(|_| wrong()),
        }
    }

    fn array_length(&mut self, path: &Path, ty: &Type) -> Result<usize, DecodeError> {
        let length = decode::read_array_len(&mut self.rest).map_err(|_| required(path, ty))?;
        Ok(length as usize)
    }

    fn elements(
        &mut self,
        element: &Type,
        path: &Path,
        ty: &Type,
        step: impl Fn(&Path, usize) -> Path,
    ) -> Result<Vec<Value>, DecodeError> {
        let length = self.array_length(path, ty)?;
        (0..length).map(|index| self.value(element, &step(path, index))).collect()
    }

    fn tuple(&mut self, types: &[Type], path: &Path) -> Result<Vec<Value>, DecodeError> {
        let length = self.array_length(path, &Type::Tuple(Vec::new()))?;
        if length != types.len() {
            return Err(DecodeError::new(path, format!("a tuple of length {} is required", types.len())));
        }
        types.iter().enumerate().map(|(index, ty)| self.value(ty, &path.index(index))).collect()
    }

    fn map(&mut self, element: &Type, path: &Path) -> Result<BTreeMap<String, Value>, DecodeError> {
        let length = decode::read_map_len(&mut self.rest)
            .map_err(|_| DecodeError::new(path, format!("map of {element} is required")))?;
        let mut map = BTreeMap::new();
        for _ in 0..length {
            let key = self.str(path, &Type::String)?.to_owned();
            let value = self.value(element, &path.key(&key))?;
            map.insert(key, value);
        }
        Ok(map)
    }

    fn object(
        &mut self,
        types: &BTreeMap<String, Type>,
        path: &Path,
    ) -> Result<BTreeMap<String, Value>, DecodeError> {
        let length =
            decode::read_map_len(&mut self.rest).map_err(|_| DecodeError::new(path, "object is required"))?;
        if length as usize != types.len() {
            let message = format!("an object with {} attributes is required ({length} given)", types.len());
            return Err(DecodeError::new(path, message));
        }
        let mut object = BTreeMap::new();
        for _ in 0..length {
            let name = self.str(path, &Type::String)?.to_owned();
            let ty = types
                .get(&name)
                .ok_or_else(|| DecodeError::new(path, format!("unsupported attribute {name:?}")))?;
            let value = self.value(ty, &path.attr(&name))?;
            object.insert(name, value);
        }
        if object.len() == types.len() {
            Ok(object)
        } else {
            Err(DecodeError::new(path, "an attribute is given twice"))
        }
    }

    fn dynamic(&mut self, path: &Path) -> Result<Value, DecodeError> {
        let wrong = || DecodeError::new(path, "a pair of type and value is required");
        if self.array_length(path, &Type::Dynamic)? != 2 {
            return Err(wrong());
        }
        let length = decode::read_bin_len(&mut self.rest).map_err(|_| wrong())?;
        let ty = Type::from_bytes(self.take(length as usize, path)?).map_err(|_| wrong())?;
        let value = self.value(&ty, path)?;
        Ok(Value::Dynamic(ty, Box::new(value)))
    }

    fn unknown(&mut self, path: &Path) -> Result<Value, DecodeError> {
        let meta =
            decode::read_ext_meta(&mut self.rest).map_err(|_| DecodeError::new(path, "value cut short"))?;
        let payload = self.take(meta.size as usize, path)?;
        let refinement = match meta.typeid {
            // What cannot be understood is a promise less, not a value less.
            REFINED_UNKNOWN => read_refinement(payload).unwrap_or_default(),
            _ => Refinement::NONE,
        };
        Ok(Value::Unknown(refinement))
    }
}

fn required(path: &Path, ty: &Type) -> DecodeError {
    DecodeError::new(path, format!("{ty} is required"))
}

fn is_extension(marker: Marker) -> bool {
    matches!(
        marker,
        Marker::FixExt1
            | Marker::FixExt2
            | Marker::FixExt4
            | Marker::FixExt8
            | Marker::FixExt16
            | Marker::Ext8
            | Marker::Ext16
            | Marker::Ext32
    )
}

fn read_refinement(payload: &[u8]) -> Option<Refinement> {
    let mut reader = Reader { rest: payload };
    let path = Path::root();
    let mut refinement = Refinement::NONE;
    for _ in 0..decode::read_map_len(&mut reader.rest).ok()? {
        match decode::read_int::<i64, _>(&mut reader.rest).ok()? {
            1 => refinement.null = Some(decode::read_bool(&mut reader.rest).ok()?),
            2 => refinement.prefix = Some(reader.str(&path, &Type::String).ok()?.to_owned()),
            key @ (3 | 4) => {
                (decode::read_array_len(&mut reader.rest).ok()? == 2).then_some(())?;
                let bound = (reader.number(&path).ok()?, decode::read_bool(&mut reader.rest).ok()?);
                if key == 3 { refinement.lower = Some(bound) } else { refinement.upper = Some(bound) }
            }
            5 => refinement.min_length = Some(decode::read_int(&mut reader.rest).ok()?),
            6 => refinement.max_length = Some(decode::read_int(&mut reader.rest).ok()?),
            _ => return None,
        }
    }
    Some(refinement)
}

type Written = Result<(), encode::ValueWriteError>;

fn write(out: &mut Vec<u8>, value: &Value, ty: &Type) -> Written {
    match (value, ty) {
        (Value::Dynamic(ty, value), _) => {
            encode::write_array_len(out, 2)?;
            encode::write_bin(out, &ty.to_bytes())?;
            write(out, value, ty)
        }
        (Value::Unknown(refinement), _) => write_unknown(out, refinement),
        (Value::Bool(value), _) => {
            Ok(encode::write_bool(out, *value).map_err(encode::ValueWriteError::InvalidMarkerWrite)?)
        }
        (Value::Number(number), _) => write_number(out, number),
        (Value::String(text), _) => encode::write_str(out, text),
        (Value::List(elements) | Value::Set(elements), Type::List(element) | Type::Set(element)) => {
            encode::write_array_len(out, length(elements.len()))?;
            elements.iter().try_for_each(|value| write(out, value, element))
        }
        (Value::Tuple(elements) | Value::List(elements), Type::Tuple(types)) => {
            encode::write_array_len(out, length(elements.len()))?;
            elements.iter().zip(types).try_for_each(|(value, ty)| write(out, value, ty))
        }
        (Value::Map(elements), Type::Map(element)) => {
            encode::write_map_len(out, length(elements.len()))?;
            elements.iter().try_for_each(|(key, value)| {
                encode::write_str(out, key)?;
                write(out, value, element)
            })
        }
        (Value::Object(attributes), Type::Object(types)) => {
            encode::write_map_len(out, length(types.len()))?;
            types.iter().try_for_each(|(name, ty)| {
                encode::write_str(out, name)?;
                write(out, attributes.get(name).unwrap_or(&Value::Null), ty)
            })
        }
        // Null; also a value that does not fit its own schema, which the models cannot make.
        _ => Ok(encode::write_nil(out).map_err(encode::ValueWriteError::InvalidMarkerWrite)?),
    }
}

fn write_number(out: &mut Vec<u8>, number: &Number) -> Written {
    if let Some(integer) = number.as_i64() {
        encode::write_sint(out, integer).map(|_| ())
    } else if let Some(double) = number.as_exact_fraction() {
        encode::write_f64(out, double)
    } else {
        encode::write_str(out, &number.to_string())
    }
}

fn write_unknown(out: &mut Vec<u8>, refinement: &Refinement) -> Written {
    if refinement.is_none() {
        out.extend_from_slice(&[0xd4, 0, 0]);
        return Ok(());
    }
    let mut entries = 0;
    let mut payload = Vec::new();
    let mut entry = |payload: &mut Vec<u8>, key: u8| {
        entries += 1;
        encode::write_uint(payload, key.into()).map(|_| ())
    };
    if let Some(null) = refinement.null {
        entry(&mut payload, 1)?;
        encode::write_bool(&mut payload, null).map_err(encode::ValueWriteError::InvalidMarkerWrite)?;
    }
    if let Some(prefix) = &refinement.prefix {
        entry(&mut payload, 2)?;
        let end = prefix.floor_char_boundary(MAX_PREFIX);
        encode::write_str(&mut payload, &prefix[..end])?;
    }
    for (key, bound) in [(3, &refinement.lower), (4, &refinement.upper)] {
        if let Some((number, inclusive)) = bound {
            entry(&mut payload, key)?;
            encode::write_array_len(&mut payload, 2)?;
            write_number(&mut payload, number)?;
            encode::write_bool(&mut payload, *inclusive)
                .map_err(encode::ValueWriteError::InvalidMarkerWrite)?;
        }
    }
    for (key, bound) in [(5, refinement.min_length), (6, refinement.max_length)] {
        if let Some(bound) = bound {
            entry(&mut payload, key)?;
            encode::write_uint(&mut payload, bound)?;
        }
    }
    let mut map = Vec::new();
    encode::write_map_len(&mut map, entries)?;
    map.append(&mut payload);
    // Always the `ext 8` form, as Terraform itself writes it.
    out.extend_from_slice(&[
        0xc7,
        u8::try_from(map.len()).unwrap_or(u8::MAX),
        REFINED_UNKNOWN.cast_unsigned(),
    ]);
    if map.len() > usize::from(u8::MAX) {
        out.truncate(out.len() - 3);
        return write_unknown(out, &Refinement { prefix: None, ..refinement.clone() });
    }
    out.append(&mut map);
    Ok(())
}

fn length(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[path = "msgpack_tests.rs"]
mod tests;
